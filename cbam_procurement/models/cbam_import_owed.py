from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamImport(models.Model):
    """What imported goods owe, as far as it is known today; never stored, for it changes with every record and data
    set. Of goods that were processed abroad only the processing counts, which no other record states."""

    _inherit = "cbam.import"

    processing_see = OptionalFloat(
        "SEE of the Processing Abroad",
        digits=(16, 5),
        aggregator=None,
        tracking=True,
        help="tCO2e in scope per tonne of the goods, of the processing outside of the Union alone (2023/956 Art. "
        "6(4)), as a verified report of the installation states it; attach the report.",
    )
    processing_sefa = OptionalFloat(
        "Free Allocation of the Processing",
        digits=(16, 5),
        aggregator=None,
        tracking=True,
        help="Per tonne of the goods, of the processing alone, as the report states it; 0 where it states none.",
    )
    figures_state = fields.Selection(
        [
            ("verified", "Verified"),
            ("claimed", "Claimed"),
            ("default", "Default"),
            ("missing", "Data missing"),
            ("outside", "Not counted"),
        ],
        string="Emission Data",
        compute="_compute_figures",
    )
    see = OptionalFloat("SEE in Scope", digits=0, compute="_compute_figures", help="tCO2e per tonne (per MWh).")
    sefa = OptionalFloat("Free Allocation per Tonne", digits=0, compute="_compute_figures")
    emissions = OptionalFloat("Embedded tCO2e", digits=0, compute="_compute_figures")
    certificates = OptionalFloat(
        digits=0,
        compute="_compute_figures",
        help="Of the goods alone. The floor at zero is taken once per line of the declaration.",
    )
    cost_eur = OptionalFloat("Certificates (EUR)", digits=0, compute="_compute_figures")
    figures_note = fields.Text("To Check", compute="_compute_figures")

    @api.constrains("processing_see", "processing_sefa")
    def _check_processing(self):
        for line in self:
            if min(line.processing_see or 0.0, line.processing_sefa or 0.0) < 0:
                raise ValidationError(
                    self.env._("%s: emissions of the processing abroad cannot be negative.", line.display_name)
                )

    @api.depends(
        "date",
        "cn_code",
        "origin_country_id",
        "installation_id",
        "production_year",
        "net_mass",
        "procedure",
        "data_used",
        "processing_see",
        "processing_sefa",
        "evidence_ids",
    )
    def _compute_figures(self):
        """In bulk, never stored: they change with every record and data set."""
        lines = self.filtered("date")
        found = self.env["cbam.import.figures"].figures(lines) if lines else {}
        for line in self:
            row = found.get(line)
            owed, sign = (row.owed, row.sign) if row else (None, 1)
            line.figures_state = row.shown_state if row else False
            line.see = row.answer.see.value if row and row.answer else None
            line.sefa = row.answer.sefa.value if row and row.answer else None
            line.emissions = sign * owed.emissions if owed else None
            line.certificates = sign * owed.certificates if owed else None
            line.cost_eur = sign * float(row.cost) if owed and row.cost is not None else None
            line.figures_note = "\n".join(sentence for _kind, sentence in row.problems) if row else False
