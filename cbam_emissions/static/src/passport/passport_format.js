import { formatFloat } from "@web/core/utils/numbers";

// As emissions_format.py: from 100 t on a screen speaks of tonnes, below of kilograms; about four significant digits.
const TONNES_FROM = 100;
const [LEAST_DIGITS, MOST_DIGITS, SIGNIFICANT] = [2, 6, 4];
export const NOTHING = "–";

/** Figures of one screen in one unit; what is missing is a dash, never 0. */
export class PassportFormat {
    /** @param {number} largest the largest figure of the screen in tCO2e */
    constructor(largest) {
        const size = Math.abs(largest || 0);
        this.inTonnes = size >= TONNES_FROM;
        this.unit = this.inTonnes ? "tCO2e" : "kgCO2e";
        const scaled = this.scaled(size);
        const digits = scaled ? SIGNIFICANT - 1 - Math.floor(Math.log10(scaled)) : LEAST_DIGITS;
        this.digits = Math.max(LEAST_DIGITS, Math.min(MOST_DIGITS, digits));
    }

    scaled(tonnes) {
        return this.inTonnes ? tonnes : tonnes * 1000;
    }

    figure(tonnes) {
        if (isMissing(tonnes)) {
            return NOTHING;
        }
        return formatFloat(this.scaled(tonnes), { digits: [16, this.digits] });
    }

    signed(tonnes) {
        return tonnes > 0 ? `+${this.figure(tonnes)}` : this.figure(tonnes);
    }

    withUnit(tonnes) {
        return isMissing(tonnes) ? NOTHING : `${this.figure(tonnes)} ${this.unit}`;
    }
}

export function isMissing(value) {
    return value === null || value === undefined || value === false;
}

export function quantity(value, unit) {
    if (isMissing(value)) {
        return NOTHING;
    }
    return `${formatFloat(value, { digits: [16, 3], trailingZeros: false })} ${unit || ""}`.trim();
}

export function percent(share, digits = 1) {
    return isMissing(share) ? NOTHING : `${formatFloat(share * 100, { digits: [16, digits] })} %`;
}

/** How far a figure lies from another one, in percent of that. */
export function deviation(value, from) {
    if (isMissing(value) || !from) {
        return "";
    }
    const share = value / from - 1;
    return `${share > 0 ? "+" : ""}${percent(share)}`;
}

const DECORATIONS = {
    verified: "success",
    measured: "success",
    standard: "info",
    default: "warning",
    estimated: "warning",
    provisional: "warning",
    missing: "danger",
};

/** Badge of a data quality, coloured as in the ledger. */
export function qualityClass(quality) {
    return `badge rounded-pill text-bg-${DECORATIONS[quality] || "secondary"}`;
}
