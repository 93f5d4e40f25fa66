from odoo import api, fields, models

from ..engine.benchmarks import COLUMN_A
from ..engine.cn_codes import spaced

FUNCTIONAL_UNITS = {
    "t": "tonnes of goods",
    "t_clinker": "tonnes of clinker contained",
    "kg_n": "kg of nitrogen contained",
    "kwh": "kWh",
}
COMPOSED = ("t_clinker", "kg_n")


def table(columns, rows, title=""):
    """A table of texts, as a document holds it."""
    return {"title": title, "columns": list(columns), "rows": [[_text(cell) for cell in row] for row in rows]}


def known(*tables, gaps=(), absent=""):
    """What Odoo knows about a point: tables, what is missing in them, and why the point would not apply."""
    return {"tables": [part for part in tables if part["rows"]], "gaps": list(gaps), "absent": absent}


def _text(value):
    if value is None or value is False:
        return "–"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


class CbamPlanFacts(models.AbstractModel):
    """What Odoo already knows about the points of a monitoring plan (2025/2547 Annex II A.5).

    Texts are English and not translated: the plan is submitted in English (Article 5(6)).
    """

    _name = "cbam.plan.facts"
    _description = "Contents of a Monitoring Plan"

    @api.model
    def _gather(self, installation, day):
        """``{key of the point: known(...)}`` of an installation on a day."""
        # superuser: the facts of an installation are complete, whoever prints its plan
        facts = self.with_context(lang="en_US").sudo()
        installation = installation.with_env(facts.env)
        return {
            **facts._of_installation(installation),
            **facts._of_goods(installation, day),
            **facts._of_precursors(installation),
            **facts.env["cbam.plan.facts.energy"]._gather(installation, day),
        }

    @api.model
    def _of_installation(self, installation):
        rows = [
            ("Installation", installation.name),
            ("Operator", installation.operator_id.name or installation.company_id.name),
            ("Country of production", installation.country_id.name),
            ("UN/LOCODE", installation.unlocode),
            ("Identifier in the CBAM registry", installation.registry_ref),
            ("Time zone of periods and days", installation.tz),
        ]
        return {"installation": known(table(("", ""), rows))}

    @api.model
    def _of_goods(self, installation, day):
        inside = installation.process_ids.filtered(lambda process: process.boundary == "cbam")
        outside = installation.process_ids - inside
        index = self.env["cbam.dataset"]._cn_index_in_year(day.year)
        codes = [(process, code, index.match(code)) for process in inside for code in process._cn_codes()]
        products = self._products(installation)
        return {
            "goods": self._goods(codes, products),
            "imported_electricity": known(
                absent=""
                if any(code.startswith("2716") for _process, code, _match in codes)
                else "The installation sells no electricity to the Union."
            ),
            "processes": known(
                table(
                    ("Production process", "CN codes", "Grouping", "Production route", "Goods delivered"),
                    [self._process_row(process, products) for process in inside],
                )
            ),
            "other_goods": known(
                table(("Production process", "Outside CBAM"), [(process.name, "yes") for process in outside]),
                absent="" if outside else "No production process of the installation is outside CBAM.",
            ),
            "benchmarks": self._benchmarks(codes, day),
        }

    @api.model
    def _goods(self, codes, products):
        rows, gaps = [], []
        for process, code, match in codes:
            unit = match.functional_unit if match else None
            made = [product for product, owner in products if owner == process and self._is_under(product, code)]
            ranges = sorted({product.cbam_content_range or "" for product in made}) if unit in COMPOSED else []
            rows.append(
                (spaced(code), match and match.description, FUNCTIONAL_UNITS.get(unit), ", ".join(filter(None, ranges)))
            )
            if "" in ranges:
                gaps.append(f"{spaced(code)}: goods without a range of composition.")
        return known(table(("CN code", "Good", "Functional unit", "Compositions"), rows), gaps=gaps)

    @api.model
    def _is_under(self, product, code):
        return "".join(filter(str.isdigit, product.cbam_cn_code or "")).startswith(code)

    @api.model
    def _process_row(self, process, products):
        labels = dict(process._fields["route_letter"]._description_selection(self.env))
        groups = dict(process._fields["group_rule"]._description_selection(self.env))
        made = [product.display_name for product, owner in products if owner == process]
        return (
            process.name,
            ", ".join(spaced(code) for code in process._cn_codes()),
            groups[process.group_rule],
            labels.get(process.route_letter, "all routes"),
            ", ".join(made),
        )

    @api.model
    def _products(self, installation):
        """``[(product template, process)]`` of what bills of materials make at the installation."""
        find = self.env["cbam.process"]._finder()
        bills = self.env["mrp.bom"].search([("company_id", "in", (False, installation.company_id.id))])
        by_id = {process.id: process for process in installation.process_ids}
        made = bills.product_tmpl_id.filtered("cbam_cn_code")
        owners = [(product, find(installation.id, product.cbam_cn_code)) for product in made]
        return [(product, by_id[owner]) for product, owner in owners if owner in by_id]

    @api.model
    def _benchmarks(self, codes, day):
        asked = {
            (process, code): (code, COLUMN_A, process.route_letter or None, day.year) for process, code, _match in codes
        }
        found = self.env["cbam.benchmark"]._lookup(asked.values())
        rows, gaps = [], []
        for (process, code), request in asked.items():
            result = found[request]
            rows.append((process.name, spaced(code), result.value, result.trace))
            if result.value is None:
                gaps.append(f"{process.name}, {spaced(code)}: {result.reason}")
        return known(table(("Production process", "CN code", "tCO2e/t (column A)", "Source"), rows), gaps=gaps)

    @api.model
    def _of_precursors(self, installation):
        """Precursors by the bills of materials and by what was really consumed."""
        uses = sorted(self._uses(installation), key=lambda use: (use[0].sequence, use[0].id, use[1].id))
        products = self.env["product.product"].union(*(product for _process, product in uses))
        find = self.env["cbam.process"]._finder()
        own = {product: find(installation.id, product.cbam_cn_code) for product in products}
        names = {process.id: process.name for process in installation.process_ids}
        rows, gaps = [], []
        for process, product in uses:
            suppliers = self._suppliers(product)
            source = f"own production: {names[own[product]]}" if own[product] in names else suppliers
            rows.append((process.name, spaced(product.cbam_cn_code), product.display_name, source))
            if not source:
                gaps.append(f"{product.display_name}: the supplier's installation is not known.")
        title = ("Production process", "CN code", "Precursor", "Produced by (country)")
        absent = "" if rows else "No production process of the installation uses a precursor."
        return {"precursors": known(table(title, rows), gaps=dict.fromkeys(gaps), absent=absent)}

    @api.model
    def _uses(self, installation):
        find = self.env["cbam.process"]._finder()
        by_id = {process.id: process for process in installation.process_ids}
        lines = self.env["mrp.bom.line"].search(
            [
                ("product_tmpl_id.cbam_scope", "=", "good"),
                ("bom_id.company_id", "in", (False, installation.company_id.id)),
            ]
        )
        planned = [(find(installation.id, line.bom_id.product_tmpl_id.cbam_cn_code), line.product_id) for line in lines]
        consumed = self.env["cbam.emission.line"]._read_group(
            [
                ("installation_id", "=", installation.id),
                ("kind", "=", "consumption"),
                ("date", ">=", fields.Datetime.subtract(fields.Datetime.now(), years=1)),
                ("product_id.cbam_scope", "=", "good"),
                ("process_id", "!=", False),
            ],
            ["process_id", "product_id"],
        )
        uses = [(by_id[process], product) for process, product in planned if process in by_id]
        return set(uses) | {(process, product) for process, product in consumed if process.id in by_id}

    @api.model
    def _suppliers(self, product):
        """The installations a precursor comes from, by the product and its vendors."""
        sites = product.cbam_installation_id | product.seller_ids.cbam_installation_id
        names = [f"{site.operator_id.name or site.name} ({site.country_id.name})" for site in sites]
        country = product.cbam_production_country_id
        return ", ".join(names) or (f"installation not known ({country.name})" if country else "")
