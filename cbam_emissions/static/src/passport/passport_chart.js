import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { useChart } from "../chart";

export const CBAM = _t("CBAM embedded emissions");
export const LIFE = _t("Whole-life account (not for CBAM)");

/** Stages of a life as a waterfall: each bar begins where the one before ends; CBAM plain, the rest hatched. */
export class PassportChart extends Component {
    static template = "cbam_emissions.PassportChart";
    static props = { stages: Array, total: [Number, { value: null }], format: Object };

    setup() {
        useChart(
            (canvas, colors) => this.configuration(canvas, colors),
            () => [this.props.stages]
        );
    }

    get label() {
        return _t("Waterfall chart of the stages; the table beside it has the same figures.");
    }

    /** Bars as [from, to], in the unit of the screen. */
    get bars() {
        const { stages, format } = this.props;
        const bars = { labels: [], cbam: [], life: [], levels: [] };
        let level = 0;
        let cbamTotal = 0;
        for (const stage of stages) {
            const cbam = format.scaled(stage.cbam || 0);
            const life = format.scaled(stage.life || 0);
            bars.labels.push(stage.label);
            bars.cbam.push([level, level + cbam]);
            bars.life.push([level + cbam, level + cbam + life]);
            level += cbam + life;
            cbamTotal += cbam;
            bars.levels.push(level);
        }
        bars.labels.push(_t("Total"));
        bars.cbam.push([0, cbamTotal]);
        bars.life.push([cbamTotal, level]);
        return bars;
    }

    configuration(canvas, { text, grid, series: colorOf }) {
        const { format } = this.props;
        const bars = this.bars;
        const series = (label, data, backgroundColor, borderColor) => ({
            label,
            data,
            backgroundColor,
            borderColor,
            borderWidth: 1,
            borderSkipped: false,
            grouped: false,
            maxBarThickness: 72,
        });
        const [cbamColor, lifeColor] = [colorOf(2), colorOf(0)];
        return {
            type: "bar",
            data: {
                labels: bars.labels,
                datasets: [
                    series(CBAM.toString(), bars.cbam, cbamColor, cbamColor),
                    series(LIFE.toString(), bars.life, hatched(canvas, lifeColor), lifeColor),
                ],
            },
            plugins: [connectors(bars.levels, text)],
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom", labels: { color: text } },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, raw }) =>
                                `${dataset.label}: ${format.withUnit(
                                    (raw[1] - raw[0]) / (format.inTonnes ? 1 : 1000)
                                )}`,
                        },
                    },
                },
                scales: {
                    x: { ticks: { color: text }, grid: { display: false } },
                    y: {
                        ticks: { color: text },
                        grid: { color: grid },
                        title: { display: true, text: format.unit, color: text },
                    },
                },
            },
        };
    }
}

/** Diagonal lines of a colour: what is not for CBAM is told apart without colours too. */
function hatched(target, color) {
    const tile = document.createElement("canvas");
    [tile.width, tile.height] = [8, 8];
    const brush = tile.getContext("2d");
    brush.fillStyle = `${color}33`;
    brush.fillRect(0, 0, 8, 8);
    brush.strokeStyle = color;
    brush.lineWidth = 2;
    for (const shift of [-8, 0, 8]) {
        brush.moveTo(shift, 8);
        brush.lineTo(shift + 8, 0);
    }
    brush.stroke();
    return target.getContext("2d").createPattern(tile, "repeat");
}

/** Thin lines from the end of a bar to the beginning of the next one. */
function connectors(levels, color) {
    return {
        id: "cbam_connectors",
        afterDatasetsDraw({ ctx, scales }) {
            ctx.save();
            ctx.strokeStyle = color;
            ctx.globalAlpha = 0.5;
            ctx.setLineDash([3, 3]);
            levels.forEach((level, index) => {
                const y = scales.y.getPixelForValue(level);
                ctx.beginPath();
                ctx.moveTo(scales.x.getPixelForValue(index), y);
                ctx.lineTo(scales.x.getPixelForValue(index + 1), y);
                ctx.stroke();
            });
            ctx.restore();
        },
    };
}
