import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { formatFloat } from "@web/views/fields/formatters";

// A ledger in tonnes that shows every gram, in lists, their sums, pivots and graphs alike.
const GRAM = [16, 6];

export function formatEmissions(value, options = {}) {
    return formatFloat(value, { ...options, digits: GRAM });
}

/** For pivots and axes: as many decimals as a figure of this size needs. */
export function formatEmissionsShort(value, options = {}) {
    const size = Math.abs(value);
    const decimals = size >= 100 ? 2 : size >= 1 ? 4 : 6;
    return formatFloat(value, { ...options, digits: [16, decimals], trailingZeros: false });
}

registry.category("formatters").add("cbam_emissions", formatEmissions);
registry.category("formatters").add("cbam_emissions_short", formatEmissionsShort);

registry.category("fields").add("cbam_emissions", {
    ...floatField,
    component: FloatField,
    displayName: _t("Emissions in tonnes"),
    supportedTypes: ["float"],
    extractProps: (fieldInfo) => ({ ...floatField.extractProps(fieldInfo), digits: GRAM }),
});
