import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CbamDashboardChart } from "./dashboard_chart";

/** A tab per role; each is made of figures, a bar, charts and tables that the server has computed. */
export class CbamDashboard extends Component {
    static template = "cbam_reports.Dashboard";
    static components = { Layout, CbamDashboardChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ tab: null, data: null });
        useSetupAction({ getLocalState: () => ({ tab: this.state.tab }) });
        onWillStart(async () => {
            this.overview = await this.orm.call("cbam.dashboard", "overview", []);
            const before = this.props.state?.tab;
            const known = this.overview.tabs.some((tab) => tab.key === before);
            await this.show(known ? before : this.overview.default);
        });
    }

    async show(tab) {
        const data = await this.orm.call("cbam.dashboard", tab, []);
        Object.assign(this.state, { tab, data });
    }

    open(action) {
        if (action) {
            return this.action.doAction(action);
        }
    }

    get done() {
        return this.overview.checklist.filter((step) => step.done).length;
    }

    /** The step to take next. */
    get next() {
        return this.overview.checklist.find((step) => !step.done);
    }

    number(value, digits) {
        return formatFloat(value, { digits: [16, digits] });
    }

    value(figure) {
        if (figure.value === null || figure.value === false) {
            return "–";
        }
        return typeof figure.value === "number" ? this.number(figure.value, figure.digits) : figure.value;
    }

    cell(column, value) {
        if (value === null || value === false) {
            return "–";
        }
        if (column.date) {
            return formatDate(deserializeDate(value));
        }
        if (column.digits === null) {
            return value;
        }
        const sign = column.signed && value > 0 ? "+" : "";
        if (column.percent) {
            return `${sign}${this.number(value * 100, column.digits)} %`;
        }
        return `${sign}${this.number(value, column.digits)}`;
    }

    /** Less than the default value or last year is good. */
    cellClass(column, value) {
        const classes = column.digits === null ? [] : ["text-end", "text-nowrap"];
        if (column.signed && value) {
            classes.push(value < 0 ? "text-success" : "text-danger");
        }
        return classes.join(" ");
    }

    total(bar) {
        return bar.parts.reduce((sum, part) => sum + part.value, 0);
    }

    /** Percent of the scale, which reaches a little beyond the last mark or the whole. */
    share(bar, value) {
        const last = Math.max(this.total(bar), ...bar.marks.map((mark) => mark.value));
        return (100 * value) / (last * 1.06);
    }
}

registry.category("actions").add("cbam_dashboard", CbamDashboard);
