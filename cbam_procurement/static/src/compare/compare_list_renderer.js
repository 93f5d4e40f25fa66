import { PurchaseOrderLineCompareListRenderer } from "@purchase_requisition/views/list/purchase_order_line_compare_list_renderer";
import { patch } from "@web/core/utils/patch";
import { useState } from "@odoo/owl";

// Odoo marks the best price and date of each product; the same for carbon. Choose and Clear refresh both.
patch(PurchaseOrderLineCompareListRenderer.prototype, {
    setup() {
        this.cbamBest = useState({ lines: {} });
        super.setup();
    },

    get cbamCompares() {
        return this.props.archInfo.columns.some((column) => column.name?.startsWith("cbam_"));
    },

    // Carbon needs room: the product is not repeated on each line while it heads their group.
    getActiveColumns() {
        const columns = super.getActiveColumns();
        const headed = this.cbamCompares && this.props.list.groupBy?.includes("product_id");
        return headed ? columns.filter((column) => column.name !== "product_id") : columns;
    },

    // The carbon of alternatives does not add up: only one of them is bought.
    formatGroupAggregate(group, column) {
        return column.name?.startsWith("cbam_") ? { value: "" } : super.formatGroupAggregate(...arguments);
    },

    async updateBestFields() {
        const standard = super.updateBestFields();
        const { list } = this.props;
        if (this.cbamCompares) {
            this.cbamBest.lines = await list.model.orm.call(
                "purchase.order",
                "cbam_best_lines",
                [list.context.purchase_order_id || list.context.active_id],
                { context: list.context }
            );
        }
        await standard;
    },

    getCellClass(column, record) {
        const classNames = super.getCellClass(...arguments);
        return this.cbamBest.lines[column.name]?.includes(record.resId) ? `${classNames} text-success` : classNames;
    },
});
