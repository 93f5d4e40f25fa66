from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.attribution import shares
from ..engine.errors import EngineError
from .optional_float import OptionalFloat


class MethodResult(NamedTuple):
    """What a record of a method says: tCO2e, or ``None`` where ``message`` says what is missing.

    ``biogenic`` is the memo of zero-rated tCO2, ``text`` the calculation in words.
    """

    amount: float | None
    biogenic: float = 0.0
    text: str = ""
    message: str = ""


class CbamDirectMethod(models.AbstractModel):
    """A record of a period whose figures are direct emissions: of a process, of several, or of a utility."""

    _name = "cbam.direct.method"
    _inherit = ["cbam.period.record"]
    _description = "Direct Emissions by a Method of the Period"

    belongs_to = fields.Selection(
        [
            ("process", "One process"),
            ("shared", "Several processes"),
            ("utility", "A utility"),
        ],
        required=True,
        default="process",
        help="Several processes: by the shares that the monitoring plan states; they cover the whole.\n"
        "A utility: its heat and electricity carry the emissions on (flue gas cleaning, a measured stack).",
    )
    process_id = fields.Many2one(
        "cbam.process",
        "Production Process",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    utility_id = fields.Many2one(
        "cbam.utility",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    result = OptionalFloat("Emissions", compute="_compute_result", help="tCO2e that count.")
    biogenic = OptionalFloat(compute="_compute_result", help="tCO2 of biomass that counts zero.")
    result_text = fields.Char("Calculation", compute="_compute_result")
    problem = fields.Char("Missing", compute="_compute_result")

    @api.constrains("belongs_to", "process_id", "utility_id", "share_ids", "period_id")
    def _check_belonging(self):
        for record in self:
            wanted = {"process": record.process_id, "shared": record.share_ids, "utility": record.utility_id}
            if not wanted[record.belongs_to]:
                raise ValidationError(
                    self.env._("%s: say which process, processes or utility the emissions belong to.", record.name)
                )
        self._check_same_site()

    def _on_site(self):
        self.ensure_one()
        return {
            "process": self.process_id,
            "shared": self.share_ids.process_id,
            "utility": self.utility_id,
        }[self.belongs_to]

    def _compute_result(self):
        """By the engine; the depends are those of the model."""
        results = self._results()
        for record in self:
            result = results[record]
            record.result, record.biogenic = result.amount, result.biogenic
            record.result_text, record.problem = result.text, result.message

    def _results(self):
        return self._calculate(self)

    @api.model
    def _calculate(self, records):
        """``{record: MethodResult}`` of records of one model; what the engine refuses becomes a message."""
        figures = records._standard_figures()
        results = {}
        for record in records:
            try:
                results[record] = record._calculated(figures.get(record.period_id.year, {}))
            except EngineError as error:
                results[record] = MethodResult(None, message=str(error))
        return results

    def _calculated(self, figures):
        """The :class:`MethodResult` of one record by the engine.

        :param figures: standard figures of the year
        :raises EngineError: a figure is missing or out of its range
        """
        raise NotImplementedError

    def _by_process(self, amount):
        """The emissions per process: ``{process: tCO2e}``; they add up to ``amount``.

        :raises EngineError: a share is missing or none is above 0
        """
        self.ensure_one()
        if self.belongs_to == "process":
            return {self.process_id: amount}
        weights = {share.process_id: share.weight for share in self.share_ids}
        parts = shares(abs(amount), weights)
        return {process: part if amount >= 0 else -part for process, part in parts.items()}
