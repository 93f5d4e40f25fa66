/* global Chart */
import { onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";

/** Colours of charts in the user's scheme: of text, of the grid, and of the series by number. */
function colors() {
    const scheme = cookie.get("color_scheme");
    return {
        text: getCustomColor(scheme, "#111827", "#E4E4E4"),
        grid: getCustomColor(scheme, "#d8dadd", "#3C3E4B"),
        series: (number) => getColor(number, scheme, "sm"),
    };
}

/**
 * Draws Odoo's own library of charts on the canvas that the template refers to as "canvas".
 * @param {Function} configuration gets the canvas and the colours, returns what Chart wants
 * @param {Function} dependencies when to draw again, as for useEffect
 */
export function useChart(configuration, dependencies) {
    const canvas = useRef("canvas");
    let drawn = null;
    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(() => {
        drawn?.destroy();
        drawn = new Chart(canvas.el, configuration(canvas.el, colors()));
    }, dependencies);
    onWillUnmount(() => drawn?.destroy());
}
