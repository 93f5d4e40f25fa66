import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Price and carbon of alternative requests for quotation, stacked, one bar each. */
export class AlternativesChart extends Component {
    static template = "cbam_procurement.AlternativesChart";
    static props = { ...standardFieldProps };

    get chart() {
        return this.props.record.data[this.props.name];
    }

    get widest() {
        return Math.max(...this.chart.bars.map((bar) => bar.price + (bar.carbon || 0) + (bar.risk || 0)));
    }

    width(amount) {
        return `width: ${this.widest ? (100 * amount) / this.widest : 0}%`;
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.chart.currency });
    }

    title(bar) {
        const parts = [_t("Price: %s", this.money(bar.price))];
        parts.push(bar.carbon === false ? _t("Carbon: data missing") : _t("Carbon: %s", this.money(bar.carbon)));
        if (bar.risk) {
            parts.push(_t("At risk: %s", this.money(bar.risk)));
        }
        return parts.join(" · ");
    }
}

registry.category("fields").add("cbam_alternatives_chart", {
    component: AlternativesChart,
    displayName: _t("Price and carbon of alternatives"),
    supportedTypes: ["json"],
});
