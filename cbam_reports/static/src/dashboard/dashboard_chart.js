/* global Chart */
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { formatFloat } from "@web/core/utils/numbers";

/** Groups of horizontal bars; a click on one opens the records behind it. */
export class CbamDashboardChart extends Component {
    static template = "cbam_reports.DashboardChart";
    static props = { chart: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.drawn = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.chart]
        );
        onWillUnmount(() => this.drawn?.destroy());
    }

    get height() {
        const { labels, series } = this.props.chart;
        return 70 + labels.length * (series.length * 12 + 14);
    }

    draw() {
        const { chart, open } = this.props;
        const scheme = cookie.get("color_scheme");
        const text = getCustomColor(scheme, "#111827", "#E4E4E4");
        const grid = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
        this.drawn?.destroy();
        this.drawn = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: chart.labels,
                datasets: chart.series.map((one, index) => ({
                    label: one.name,
                    data: one.values,
                    backgroundColor: getColor(index, scheme, "sm"),
                    maxBarThickness: 14,
                })),
            },
            options: {
                indexAxis: "y",
                animation: false,
                maintainAspectRatio: false,
                onClick: (_event, [bar]) => bar && open(chart.actions[bar.index]),
                onHover: (event, [bar]) => {
                    event.native.target.style.cursor = bar ? "pointer" : "default";
                },
                plugins: {
                    legend: { position: "bottom", labels: { color: text } },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, raw }) =>
                                `${dataset.label}: ${formatFloat(raw, { digits: [16, chart.digits] })} ${chart.unit}`,
                        },
                    },
                },
                scales: {
                    x: {
                        beginAtZero: true,
                        ticks: { color: text },
                        grid: { color: grid },
                        title: { display: true, text: chart.unit, color: text },
                    },
                    y: { ticks: { color: text }, grid: { display: false } },
                },
            },
        });
    }
}
