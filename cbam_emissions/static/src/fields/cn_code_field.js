import { useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";
import { useInputField } from "@web/views/fields/input_field_hook";

/** 73181542 as the Combined Nomenclature prints it: 7318 15 42. Several codes stay as they are typed. */
export function formatCnCode(value) {
    const digits = value || "";
    return /^\d{5,10}$/.test(digits) ? [digits.slice(0, 4), ...digits.slice(4).match(/.{1,2}/g)].join(" ") : digits;
}

export class CnCodeField extends CharField {
    setup() {
        this.input = useRef("input");
        useInputField({
            getValue: () => formatCnCode(this.props.record.data[this.props.name]),
            parse: (text) => this.parse(text),
        });
    }

    get formattedValue() {
        return formatCnCode(this.props.record.data[this.props.name]);
    }

    parse(text) {
        return /^[\d\s.]+$/.test(text) ? text.replace(/[\s.]/g, "") : super.parse(text);
    }

    onBlur() {}
}

registry.category("formatters").add("cbam_cn_code", formatCnCode);

registry.category("fields").add("cbam_cn_code", {
    ...charField,
    component: CnCodeField,
    displayName: _t("CN code"),
});
