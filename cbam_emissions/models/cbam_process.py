from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CbamProcess(models.Model):
    """A production process of an installation: 2025/2547 Art. 4.

    All goods of one CN code made at an installation form one process, whatever their routes (Art. 4(1), (6)); goods
    of a mandatory group (Annex II A.4) form one process attributed by mass.
    """

    _name = "cbam.process"
    _description = "CBAM Production Process"
    _inherit = ["cbam.change.logged"]
    _change_kind = "process"
    _change_kinds = {"route_letter": "route", "joint_process_id": "joint"}
    _change_fields = (
        "name",
        "active",
        "installation_id",
        "boundary",
        "cn_code",
        "group_rule",
        "route_letter",
        "joint_process_id",
        "workcenter_ids",
    )
    _order = "installation_id, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    installation_id = fields.Many2one("cbam.installation", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="installation_id.company_id", store=True, index=True)
    boundary = fields.Selection(
        [("cbam", "CBAM good"), ("outside", "Outside CBAM")],
        required=True,
        default="cbam",
        help="A process outside CBAM makes no goods of Annex I; its energy belongs to the installation's totals only.",
    )
    cn_code = fields.Char(
        "CN Code",
        help="Goods of this CN code, made at this installation, belong to the process. "
        "A mandatory group lists several, separated by commas.",
    )
    group_rule = fields.Selection(
        [
            ("none", "One CN code"),
            ("size_shape", "Mandatory group: goods differ only in size or shape"),
            ("concentration", "Mandatory group: goods differ only in concentration"),
        ],
        string="Grouping",
        required=True,
        default="none",
        help="2025/2547 Annex II A.4: such goods form one process, attributed by mass, and share one SEE.",
    )
    route_letter = fields.Selection(
        [
            ("A", "(A) Grey clinker, grey cement"),
            ("B", "(B) White clinker, white cement"),
            ("C", "(C) Carbon steel, blast furnace / basic oxygen"),
            ("D", "(D) Carbon steel, direct reduced iron / electric arc"),
            ("E", "(E) Carbon steel, scrap / electric arc"),
            ("F", "(F) Low-alloy steel, blast furnace / basic oxygen"),
            ("G", "(G) Low-alloy steel, direct reduced iron / electric arc"),
            ("H", "(H) Low-alloy steel, scrap / electric arc"),
            ("J", "(J) High-alloy steel, electric arc"),
            ("K", "(K) Primary aluminium"),
            ("L", "(L) Secondary aluminium"),
        ],
        string="Production Route",
        help="Route letter of Implementing Regulations (EU) 2025/2620 and 2025/2621. "
        "It selects the benchmark where the benchmark of the code depends on the route.",
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        "cbam_process_workcenter_rel",
        "process_id",
        "workcenter_id",
        string="Work Centers",
        help="Meters of the process share their readings among the orders worked on at these work centers.",
    )
    stream_ids = fields.One2many("cbam.source.stream", "process_id", string="Source Streams")

    @api.constrains("boundary", "cn_code", "group_rule")
    def _check_cn_code(self):
        index = self.env["cbam.dataset"]._cn_index()
        for process in self.filtered(lambda p: p.boundary == "cbam"):
            codes = process._cn_codes()
            if not codes:
                raise ValidationError(
                    self.env._("Process %s makes CBAM goods: give the CN code of its goods.", process.display_name)
                )
            if len(codes) > 1 and process.group_rule == "none":
                raise ValidationError(
                    self.env._(
                        "Process %s lists several CN codes: choose the mandatory group that joins them.",
                        process.display_name,
                    )
                )
            for code in codes:
                if not index.match(code):
                    raise ValidationError(
                        self.env._(
                            "CN code %(code)s of process %(process)s is not a CBAM good of the data set in force.",
                            code=code,
                            process=process.display_name,
                        )
                    )

    def _cn_codes(self):
        """The CN codes of the process, digits only."""
        self.ensure_one()
        return ["".join(filter(str.isdigit, part)) for part in (self.cn_code or "").split(",") if part.strip()]

    def action_view_ledger(self):
        """The ledger lines of this process."""
        self.ensure_one()
        return self.env["cbam.emission.line"]._action_of([("process_id", "=", self.id)], self.display_name)

    @api.model
    def _finder(self):
        """A function ``(installation id, CN code) -> process id or None``, after one query."""
        processes = self.sudo().search([("boundary", "=", "cbam")])
        codes = [
            (process.installation_id.id, code, process.id) for process in processes for code in process._cn_codes()
        ]
        codes.sort(key=lambda entry: len(entry[1]), reverse=True)

        def find(installation_id, cn_code):
            return next(
                (
                    process
                    for site, code, process in codes
                    if site == installation_id and cn_code and cn_code.startswith(code)
                ),
                None,
            )

        return find
