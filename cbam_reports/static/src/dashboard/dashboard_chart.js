import { Component } from "@odoo/owl";
import { formatFloat } from "@web/core/utils/numbers";
import { useChart } from "@cbam_emissions/chart";

/** Groups of horizontal bars; a click on one opens the records behind it. */
export class CbamDashboardChart extends Component {
    static template = "cbam_reports.DashboardChart";
    static props = { chart: Object, open: Function };

    setup() {
        useChart(
            (_canvas, colors) => this.configuration(colors),
            () => [this.props.chart]
        );
    }

    get height() {
        const { labels, series } = this.props.chart;
        return 70 + labels.length * (series.length * 12 + 14);
    }

    configuration({ text, grid, series }) {
        const { chart, open } = this.props;
        return {
            type: "bar",
            data: {
                labels: chart.labels,
                datasets: chart.series.map((one, index) => ({
                    label: one.name,
                    data: one.values,
                    backgroundColor: series(index),
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
        };
    }
}
