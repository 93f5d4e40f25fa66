"""The tables at the end of the story: what every finished lot carries, the period's goods, the compared offers."""

PERIOD_HEADER = ("CN code", "process", "t", "SEE direct", "SEE indirect", "in scope", "SEFA", "default")
OFFER_HEADER = ("product", "vendor", "quoted", "price", "carbon low – expected – high", "with carbon", "days", "data")
DECLARED_HEADER = ("CN code", "origin", "t", "SEE", "SEFA", "embedded t", "certificates", "EUR", "data")
PASSPORT_HEADER = ("", "stage or component", "CBAM", "not for CBAM", "total", "planned", "fleet average")
HEADER = ("lot", "product", "quantity", "t", "direct t/t", "indirect t/t", "in scope t/t", "default", "data")


def of_lots(env, lots):
    """The finished lots as a text table; figures per tonne of net mass, *operational, not for CBAM*."""
    figures = env["stock.lot"].browse([lot.id for lot in lots])._cbam_figures()
    rows = [HEADER, *(_row(lot, figures[lot.id]) for lot in lots)]
    company = ("company_id", "=", lots[0].company_id.id)
    ledger = env["cbam.emission.line"]
    totals = ledger.search([company, ("place_from", "in", ("source", "supplier"))]).embedded()
    gaps = env["cbam.data.gap"].search_count([("severity", "=", "blocking")])
    return "\n".join(
        [
            "What every finished lot carries, from what was actually consumed (operational, not for CBAM):",
            "",
            *_aligned(rows),
            "",
            f"Into the books: {totals.direct:,.3f} t direct, {totals.indirect_total:,.3f} t indirect;"
            f" {gaps} figure(s) missing. Ledger lines: {ledger.search_count([company])}.",
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
    root = statement.root_hash[:16]
    title = f"{statement.display_name}: what the law asks, tCO2e per tonne of a CN code (root hash {root}…):"
    return "\n".join([title, "", *_aligned(rows)])


def of_offers(orders):
    """The compared requests for quotation in the company's currency: every line, then the orders as a whole."""
    best = orders[0].cbam_best_lines()
    rows = [OFFER_HEADER]
    for lines in orders.order_line.grouped("product_id").values():
        cheapest = min(lines.mapped("price_total_cc"))
        for line in lines:
            quoted = f"{line.product_qty:,.0f} {line.product_uom_id.name}"
            marks = (line.price_total_cc == cheapest, line.id in best["cbam_landed_total"])
            rows.append((line.product_id.name, line.partner_id.name, quoted, *_money(line, line.price_total_cc, marks)))
    prices = {order: sum(order.order_line.mapped("price_total_cc")) for order in orders}
    totals = orders.mapped("cbam_landed_total")
    for order, price in prices.items():
        marks = (price == min(prices.values()), order.cbam_landed_total == min(totals))
        rows.append(("Order " + order.name, order.partner_id.name, "", *_money(order.order_line, price, marks)))
    line, company = orders.order_line[0], orders.company_id
    return "\n".join(
        [
            f"Three offers, asked on {orders[0].date_order:%Y-%m-%d}: {company.currency_id.name} without tax,"
            f" carbon at EUR {line.cbam_price:.2f} a certificate (* is best):",
            "",
            *_aligned(rows),
            "",
            f"In Odoo: company {company.name}, Purchase, {orders[0].name}, Alternatives, Compare Product Lines.",
        ]
    )


def of_declaration(declaration):
    """The draft of the annual declaration: its lines, and what blocks it."""
    basis = dict(declaration.line_ids._fields["basis"]._description_selection(declaration.env))
    rows = [DECLARED_HEADER]
    for line in declaration.line_ids:
        figures = (line.mass, line.see, line.sefa, line.emissions, line.certificates)
        cost = "–" if line.cost_eur is None else f"{line.cost_eur:,.2f}"
        shown = (f"{figure:,.5f}" for figure in figures)
        rows.append((line.cn_code, line.origin_country_id.name, *shown, cost, basis[line.basis]))
    return "\n".join(
        [
            f"{declaration.display_name} ({declaration.blocker_count} blockers):",
            "",
            *_aligned(rows),
            "",
            f"In Odoo: company {declaration.company_id.name}, CBAM, Reporting, Declarations.",
        ]
    )


def of_passport(lot):
    """The carbon passport of a machine: its stages, then its components, in kgCO2e."""
    passport = lot.env["cbam.life.passport"].as_json(lot)
    rows = [PASSPORT_HEADER]
    for stage in passport["stages"]:
        label = f"{stage['label']} (scenario)" if stage["scenario"] else stage["label"]
        rows.append(("stage", label, *_kg(stage, ("cbam", "life", "total", "planned", "fleet"))))
    totals = {"cbam": passport["cbam_total"], "life": passport["life_total"], "total": passport["total"]}
    rows.append(("", "Total", *_kg(totals, ("cbam", "life", "total", "planned", "fleet"))))
    for level, node in _nodes(passport["tree"]["children"]):
        name = f"{'  ' * level}{node['name']}" + (f" · {node['lot']}" if node["lot"] else "")
        kind = "CBAM good" if node["is_cbam"] else "component"
        rows.append((kind, name, *_kg(node, ("cbam", "life", "total")), "", ""))
    [credited] = _kg(passport["end_of_life"] or {}, ("credits",))
    return "\n".join(
        [
            f"Carbon passport of {lot.product_id.name}, {lot.name}, in kgCO2e (operational; factors are samples):",
            "",
            *_aligned(rows),
            "",
            f"Missing: {len(passport['incomplete'])}. Credits at the end of life, beside it: {credited or '–'}."
            f" Use phase: {'as entered' if passport['use_phase']['stated'] else 'not included'}.",
            f"In Odoo: company {lot.company_id.name}, serial number {lot.name}, page Carbon Passport.",
        ]
    )


def _nodes(children, level=0):
    """``(level, component)`` of a passport, each before what is in it."""
    for child in children:
        yield level, child
        yield from _nodes(child["children"], level + 1)


def _kg(values, names):
    return tuple("" if values.get(name) is None else f"{values[name] * 1e3:,.4f}" for name in names)


def _money(lines, price, marks):
    """Price, band, price and carbon, days and data of lines that belong together; a missing figure is a dash."""
    cheapest, best = (" *" if mark else "  " for mark in marks)
    states = dict(lines._fields["cbam_state"].selection)
    figures = [lines.mapped(name) for name in ("cbam_carbon_low", "cbam_carbon_cost", "cbam_carbon_high")]
    low, expected, high = (None if None in values else sum(values) for values in figures)
    missing = expected is None
    return (
        f"{price:,.2f}{cheapest}",
        "–" if missing else f"{low:,.2f} – {expected:,.2f} – {high:,.2f}",
        "–" if missing else f"{price + expected:,.2f}{best}",
        f"{max(lines.mapped('cbam_lead_days'))}",
        ", ".join(dict.fromkeys(states[state] for state in lines.mapped("cbam_state"))),
    )


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


def _aligned(rows):
    """Lines of text with columns side by side; the first two are names and stand at the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
