import { Component, useState } from "@odoo/owl";

import { percent, qualityClass, quantity } from "./passport_format";

/** Components of a machine, largest first, opened level by level down to lots and their suppliers. */
export class PassportTree extends Component {
    static template = "cbam_emissions.PassportTree";
    static props = { root: Object, format: Object, qualities: Object, open: Function };

    setup() {
        this.quantity = quantity;
        this.percent = percent;
        this.qualityClass = qualityClass;
        this.state = useState({ opened: { 0: true } });
    }

    /** Rows that are shown; the path of a row is its key. */
    get rows() {
        const rows = [];
        const add = (node, path, level) => {
            const isOpen = Boolean(this.state.opened[path]);
            rows.push({ node, path, level, isOpen, hasMore: node.children.length > 0 });
            if (isOpen) {
                const order = [...node.children.keys()].sort(
                    (a, b) => (node.children[b].total || 0) - (node.children[a].total || 0)
                );
                order.forEach((index) => add(node.children[index], `${path}.${index}`, level + 1));
            }
        };
        add(this.props.root, "0", 0);
        return rows;
    }

    share(node) {
        return this.props.root.total ? percent((node.total || 0) / this.props.root.total) : "";
    }

    toggle(path) {
        this.state.opened[path] = !this.state.opened[path];
    }

    openAll(isOpen) {
        const opened = { 0: true };
        const add = (node, path) => {
            opened[path] = true;
            node.children.forEach((child, index) => add(child, `${path}.${index}`));
        };
        if (isOpen) {
            add(this.props.root, "0");
        }
        this.state.opened = opened;
    }
}
