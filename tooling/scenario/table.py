"""The table at the end of the story: every finished lot and what it carries."""

PERIOD_HEADER = ("CN code", "process", "t", "SEE direct", "SEE indirect", "in scope", "SEFA", "default")
HEADER = ("lot", "product", "quantity", "t", "direct t/t", "indirect t/t", "in scope t/t", "default", "data")


def of_lots(env, lots):
    """The finished lots as a text table; figures per tonne of net mass, *operational, not for CBAM*."""
    figures = env["stock.lot"].browse([lot.id for lot in lots])._cbam_figures()
    rows = [HEADER, *(_row(lot, figures[lot.id]) for lot in lots)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [_format(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    totals = env["cbam.emission.line"].search([("place_from", "in", ("source", "supplier"))]).embedded()
    gaps = env["cbam.data.gap"].search_count([("severity", "=", "blocking")])
    return "\n".join(
        [
            "What every finished lot carries, from what was actually consumed (operational, not for CBAM):",
            "",
            *lines,
            "",
            f"Into the books: {totals.direct:,.3f} t direct, {totals.indirect_total:,.3f} t indirect;"
            f" {gaps} figure(s) missing. Ledger lines: {env['cbam.emission.line'].search_count([])}.",
        ]
    )


def of_period(statement):
    """What the law asks: one figure per CN code for the whole year."""
    rows = [PERIOD_HEADER]
    for good in statement.good_ids:
        rows.append(
            (
                good.display_name,
                ", ".join(good.process_ids.mapped("name")),
                f"{good.mass:,.3f}",
                f"{good.see_direct:.16g}",
                f"{good.see_indirect:.16g}",
                f"{good.published_direct + good.published_indirect_scope:.5f}",
                "–" if good.sefa is None else f"{good.sefa:.5f}",
                f"{good.default_share or 0:.1%}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(PERIOD_HEADER))]
    lines = [_format(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    root = statement.root_hash[:16]
    title = f"{statement.display_name}: what the law asks, tCO2e per tonne of a CN code (root hash {root}…):"
    return "\n".join([title, "", *lines])


def _row(lot, figure):
    per_tonne = figure.per_tonne
    return (
        lot.name,
        lot.product_id.name,
        f"{figure.quantity:,.2f} {lot.product_id.uom_id.name}",
        f"{figure.mass:,.4f}",
        f"{per_tonne.direct:.16g}",
        f"{per_tonne.indirect_total:.16g}",
        f"{per_tonne.in_scope:.6g}",
        f"{per_tonne.default_share or 0:.1%}",
        "incomplete" if figure.incomplete else "complete",
    )


def _format(row, widths):
    return "  ".join(
        cell.ljust(width) if column < 2 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip()
