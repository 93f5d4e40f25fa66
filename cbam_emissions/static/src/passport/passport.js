import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { PassportChart, CBAM, LIFE } from "./passport_chart";
import { deviation, isMissing, PassportFormat, percent, qualityClass, quantity } from "./passport_format";
import { PassportTree } from "./passport_tree";

const MOST_LINES = 30;
/** tCO2e below which nothing is left of figures that were posted and taken back. */
const NOTHING_LEFT = 1e-12;

/** The whole-life account of a serial number; asked for when its page is shown, not when the form opens. */
export class Passport extends Component {
    static template = "cbam_emissions.Passport";
    static components = { PassportChart, PassportTree };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.words = { cbam: CBAM, life: LIFE };
        Object.assign(this, { deviation, isMissing, percent, quantity, qualityClass });
        this.state = useState({ passport: null, fleet: null, withMaterial: false, allLines: false });
        useRecordObserver((record) => this.load(record.resId, record.data.write_date?.ts));
    }

    /** Again when another record is shown, or when this one was saved. */
    async load(lotId, saved) {
        const shown = `${lotId} ${saved}`;
        if (shown === this.shown) {
            return;
        }
        Object.assign(this, { lotId, shown });
        this.state.fleet = null;
        this.state.passport = lotId ? await this.orm.call("stock.lot", "cbam_passport", [[lotId]]) : null;
        if (lotId) {
            await this.loadFleet(shown);
        }
    }

    /** The sisters come after the page: each of them is a passport as well. */
    async loadFleet(shown) {
        const fleet = await this.orm.call("stock.lot", "cbam_passport_fleet", [[this.lotId]]);
        if (shown === this.shown) {
            this.state.fleet = fleet;
        }
    }

    get passport() {
        return this.state.passport;
    }

    get format() {
        return new PassportFormat(this.passport.total);
    }

    /** Nothing is known yet: no order, transport or service has posted anything. */
    get isEmpty() {
        const { total, tree, lines, incomplete } = this.passport;
        return !total && !lines.length && !incomplete.length && !tree?.children.length;
    }

    /** Mean of the fleet: of a stage, or of all. */
    fleet(stage) {
        const stages = this.state.fleet?.stages;
        if (!stages) {
            return null;
        }
        return stage ? stages[stage] : Object.values(stages).reduce((sum, figure) => sum + figure, 0);
    }

    /** Entries of the account: those of material are in the tree, and shown here when asked for. */
    get lines() {
        const lines = this.passport.lines.filter((line) => Math.abs(line.tco2e) > NOTHING_LEFT);
        return this.state.withMaterial ? lines : lines.filter((line) => line.stage !== "material");
    }

    get shownLines() {
        return this.state.allLines ? this.lines : this.lines.slice(0, MOST_LINES);
    }

    /** Sum over the stages; none where that of a stage with a real figure is missing. */
    get planned() {
        const { stages } = this.passport;
        const isKnown = stages.every((stage) => !isMissing(stage.planned) || !stage.total);
        return isKnown ? stages.reduce((sum, stage) => sum + (stage.planned || 0), 0) : null;
    }

    /** Words of the data qualities, by key. */
    get qualities() {
        return this.passport.quality_labels;
    }

    stageLabel(stage) {
        return stage.scenario ? _t("%s (scenario)", stage.label) : stage.label;
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    compare(otherId) {
        return this.action.doAction("cbam_emissions.cbam_passport_compare_action", {
            additionalContext: { first_id: this.lotId, second_id: otherId },
        });
    }
}

registry.category("view_widgets").add("cbam_passport", {
    component: Passport,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
