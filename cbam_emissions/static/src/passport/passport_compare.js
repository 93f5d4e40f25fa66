import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { deviation, PassportFormat } from "./passport_format";

/** Two serial numbers beside each other: which component, supplier, work centre or route makes the difference. */
export class PassportCompare extends Component {
    static template = "cbam_emissions.PassportCompare";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.deviation = deviation;
        const { first_id: first, second_id: second } = { ...this.props.action.context, ...this.props.state };
        this.state = useState({ first, second, data: null, dimension: null });
        useSetupAction({
            getLocalState: () => ({ first_id: this.state.first, second_id: this.state.second }),
        });
        onWillStart(() => this.load());
        this.env.config.setDisplayName(_t("Carbon Passports Compared"));
    }

    async load() {
        const { first, second } = this.state;
        if (first && second) {
            this.state.data = await this.orm.call("stock.lot", "cbam_compare_passports", [[first], second]);
            this.state.dimension ||= this.dimensions[0];
        }
    }

    get data() {
        return this.state.data;
    }

    get format() {
        return new PassportFormat(Math.max(...this.data.totals.map(Math.abs)));
    }

    get dimensions() {
        return Object.keys(this.data.dimensions);
    }

    /** Rows of the dimension that is shown, the largest difference first. */
    get drivers() {
        return this.all.filter((driver) => this.differs(driver));
    }

    get all() {
        return this.data.dimensions[this.state.dimension];
    }

    /** A milligram is no difference. */
    differs(driver) {
        return Math.abs(driver.difference) > 1e-9;
    }

    get incomplete() {
        return this.data.lots.flatMap((lot, index) =>
            this.data.incomplete[index].map((sentence) => `${lot.name}: ${sentence}`)
        );
    }

    /** Percent of half a bar's width; the largest difference fills it. */
    width(driver) {
        const largest = Math.max(...this.drivers.map((one) => Math.abs(one.difference)));
        return largest ? (50 * Math.abs(driver.difference)) / largest : 0;
    }

    async swap() {
        [this.state.first, this.state.second] = [this.state.second, this.state.first];
        await this.load();
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.lot",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("cbam_passport_compare", PassportCompare);
