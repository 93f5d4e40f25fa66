import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { formatPercentage } from "@web/views/fields/formatters";
import { useInputField } from "@web/views/fields/input_field_hook";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { parsePercentage } from "@web/views/fields/parsers";
import { PercentageField, percentageField } from "@web/views/fields/percentage/percentage_field";

const isMissing = (value) => value === false || value === null || value === undefined;

/** A share that may be missing: Odoo's own widget shows 0 % for it. */
export function formatOptionalPercentage(value, options = {}) {
    return isMissing(value) ? "" : formatPercentage(value, options);
}
formatOptionalPercentage.extractOptions = formatPercentage.extractOptions;

/** A figure that may be missing: whoever empties the field does not enter 0. */
export class OptionalFloatField extends FloatField {
    parse(text) {
        return text.trim() ? super.parse(text) : false;
    }
}

export class OptionalPercentageField extends PercentageField {
    setup() {
        useInputField({
            getValue: () => this.format({ noSymbol: true }),
            refName: "numpadDecimal",
            parse: (text) => (text.trim() ? parsePercentage(text) : false),
        });
        useNumpadDecimal();
    }

    get formattedValue() {
        return this.format({});
    }

    format(options) {
        const { name, record, digits } = this.props;
        return formatOptionalPercentage(record.data[name], { digits, field: record.fields[name], ...options });
    }
}

registry.category("formatters").add("cbam_optional_percentage", formatOptionalPercentage);

registry.category("fields").add("cbam_optional", {
    ...floatField,
    component: OptionalFloatField,
    displayName: _t("Figure that may be missing"),
});

registry.category("fields").add("cbam_optional_percentage", {
    ...percentageField,
    component: OptionalPercentageField,
    displayName: _t("Share that may be missing"),
});
