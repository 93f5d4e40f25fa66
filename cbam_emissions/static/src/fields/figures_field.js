import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A table of figures that the server has put into words: see figures_table.py. */
export class FiguresField extends Component {
    static template = "cbam_emissions.FiguresField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get table() {
        return this.props.record.data[this.props.name];
    }

    cellClass(cell) {
        const classes = [cell.words ? "" : "text-end text-nowrap"];
        if (cell.decoration) {
            classes.push(`text-${cell.decoration}`);
        }
        return classes.join(" ");
    }

    open(link) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: link.model,
            res_id: link.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("cbam_figures", {
    component: FiguresField,
    displayName: _t("Table of figures"),
    supportedTypes: ["json"],
});
