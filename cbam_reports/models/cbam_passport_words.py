from odoo import api, models

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.emissions_format import EmissionsFormat

#: Components that are printed one by one; the rest is one row.
MOST_COMPONENTS = 40
NOTHING = "–"


class CbamPassportWords(models.AbstractModel):
    """Puts the content of a carbon passport into words for the template; reads no other record."""

    _name = "cbam.passport.words"
    _inherit = ["cbam.issued.words"]
    _description = "Wording of the Carbon Passport"

    @api.private
    def shown(self, content, issued=None, url=None):
        """What the template needs, in the language of the environment.

        :param content: as of ``cbam.passport.content``
        :param issued: ``{"name", "date", "hash", "superseded"}`` of an issued passport; None for a draft
        :param url: the address of the online passport, for the QR code
        """
        style = EmissionsFormat(self.env, content["totals"]["total"])
        fields_of = self.env["cbam.emission.line"]._fields
        stages = dict(fields_of["stage"]._description_selection(self.env))
        qualities = dict(fields_of["quality"]._description_selection(self.env))
        code = content["machine"]["cn_code"]
        return {
            "title": self.env._("Carbon passport"),
            "content": content,
            "issued": issued and issued | {"date": self._day(issued["date"])},
            "unit": style.unit,
            "cn_code": spaced(code) if code else None,
            "net_mass": self._plain(content["machine"]["net_mass"]) if content["machine"]["net_mass"] else None,
            "totals": {name: self._figure(style, value) for name, value in content["totals"].items()},
            "stages": self._waterfall(style, content, stages),
            "components": self._components(style, content["components"], qualities),
            "sources": [
                {
                    "stage": stages[row["stage"]],
                    "factor": row["factor"] or "",
                    "quality": qualities.get(row["quality"], row["quality"]),
                    "quantity": self._quantity(row),
                    "figure": self._figure(style, row["tco2e"]),
                }
                for row in content["sources"]
            ],
            "quality": [
                {"label": qualities.get(row["quality"], row["quality"]), "share": self._share(row["share"])}
                for row in content["quality"]
            ],
            "end_of_life": content["end_of_life"]
            and {name: self._figure(style, value) for name, value in content["end_of_life"].items()},
            "use_phase": self._figure(style, content["use_phase"]) if content["use_phase"] is not None else None,
            "qr": self._qr(url) if url else None,
            "url": url,
            "style": self._style(),
        }

    @api.model
    def _figure(self, style, tonnes):
        if tonnes is None:
            return NOTHING
        return self._number(tonnes if style.in_tonnes else tonnes * 1e3, style.digits)

    @api.model
    def _quantity(self, row):
        return f"{self._plain(row['quantity'])} {row['unit'] or ''}".strip() if row.get("quantity") else ""

    @api.model
    def _waterfall(self, style, content, labels):
        """Rows of the stages, each with its bars in percent of the width."""
        levels, level = [], 0.0
        for row in content["stages"]:
            levels.append((level, level + row["cbam"], level + row["total"]))
            level += row["total"]
        edges = [0.0, *(edge for found in levels for edge in found)]
        low, width = min(edges), (max(edges) - min(edges)) or 1.0

        def bar(start, end):
            return {
                "left": f"{100.0 * (min(start, end) - low) / width:.3f}",
                "width": f"{100.0 * abs(end - start) / width:.3f}",
            }

        rows = [
            {
                "label": self.env._("%s (scenario)", labels[row["stage"]]) if row["scenario"] else labels[row["stage"]],
                "cbam": self._figure(style, row["cbam"]),
                "life": self._figure(style, row["life"]),
                "total": self._figure(style, row["total"]),
                "bars": (bar(start, middle), bar(middle, end)),
                "is_total": False,
            }
            for row, (start, middle, end) in zip(content["stages"], levels, strict=True)
        ]
        totals = content["totals"]
        return [
            *rows,
            {
                "label": self.env._("Total"),
                **{name: self._figure(style, totals[name]) for name in ("cbam", "life", "total")},
                "bars": (bar(0.0, totals["cbam"]), bar(totals["cbam"], totals["total"])),
                "is_total": True,
            },
        ]

    @api.model
    def _components(self, style, components, qualities):
        shown, rest = components[:-1], components[-1:]
        if len(shown) > MOST_COMPONENTS:
            others = shown[MOST_COMPONENTS:]
            merged = {name: sum(row[name] for row in others) for name in ("cbam", "life", "total")}
            name = self.env._("%s more components", len(others))
            shown = [*shown[:MOST_COMPONENTS], {"name": name, "is_cbam": False, **merged}]
        own = self.env._("Assembly, transport, services and end of life of the machine itself")
        return [
            {
                "name": row["name"] or own,
                "is_cbam": row["is_cbam"],
                "quantity": self._quantity(row),
                "quality": qualities.get(row.get("quality"), ""),
                **{name: self._figure(style, row[name]) for name in ("cbam", "life", "total")},
            }
            for row in [*shown, *rest]
        ]
