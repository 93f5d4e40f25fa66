from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, ormcache

from ..engine.attribution import AttributionKey
from ..engine.co_products import default_attribution


class CbamProcess(models.Model):
    """A production process of an installation: 2025/2547 Art. 4.

    All goods of one CN code made at an installation form one process, whatever their routes (Art. 4(1), (6)); goods
    of a mandatory group (Annex II A.4) form one process attributed by mass.
    """

    _name = "cbam.process"
    _description = "CBAM Production Process"
    _inherit = ["cbam.change.logged", "cbam.configuration"]
    _change_kind = "process"
    _change_kinds = {"route_letter": "route", "joint_process_id": "joint", "attribution_choice": "method"}
    _change_fields = (
        "name",
        "active",
        "installation_id",
        "boundary",
        "cn_code",
        "group_rule",
        "route_letter",
        "attribution_choice",
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
    attribution = fields.Selection(
        [
            (AttributionKey.FUNCTIONAL_UNIT.value, "Functional unit"),
            (AttributionKey.MASS.value, "Mass"),
            (AttributionKey.MOLAR.value, "Moles"),
        ],
        string="Shared By",
        compute="_compute_attribution",
        inverse="_inverse_attribution",
        help="How goods made together share the emissions of the process (2025/2547 Annex III A.2). Unless chosen "
        "otherwise: mass for a mandatory group; moles where a chemical or fertiliser is made together with another "
        "chemical, by the co-products of its bills of materials (equation 43); else the functional unit.",
    )
    attribution_choice = fields.Selection(
        selection=lambda self: self._fields["attribution"].selection,
        string="Shared By, Chosen",
        readonly=True,
        help="Empty: as the law has it for the goods of the process.",
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
    joint_process_id = fields.Many2one(
        "cbam.process",
        "Joint Process With",
        domain="[('installation_id', '=', installation_id), ('id', '!=', id), ('joint_process_id', '=', False)]",
        index="btree_not_null",
        ondelete="restrict",
        help="The process of the complex good that uses everything made here: both form one joint process (“bubble”). "
        "Only where this good is neither sold nor used elsewhere (2025/2547 Art. 4(9)).",
    )
    joint_member_ids = fields.One2many("cbam.process", "joint_process_id", "Joined by")
    biomass_traced = fields.Boolean(
        "Biomass in Products Traced",
        help="Evidence by stoichiometry (“trace the atom”) or carbon-14 that the products carry less biomass carbon "
        "than went in. Without it a mass balance counts all of it as leaving with the products (Annex II B.3.2).",
    )
    biomass_traced_note = fields.Char("Evidence of the Tracing")

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

    @api.constrains("joint_process_id", "installation_id")
    def _check_joint(self):
        for process in self.filtered("joint_process_id"):
            head = process.joint_process_id
            if head == process or head.joint_process_id or process.joint_member_ids:
                raise ValidationError(
                    self.env._(
                        "%s: a joint process has one process at its head, and nothing joins twice.", process.name
                    )
                )
            if head.installation_id != process.installation_id:
                raise ValidationError(
                    self.env._(
                        "%(process)s and %(head)s stand on different sites.", process=process.name, head=head.name
                    )
                )

    @api.constrains("biomass_traced", "biomass_traced_note")
    def _check_biomass_traced(self):
        for process in self:
            if process.biomass_traced and not (process.biomass_traced_note or "").strip():
                raise ValidationError(self.env._("%s: name the evidence of the tracing.", process.name))

    def _joint_problems(self, period):
        """``[(process, sentence)]`` of members of joint processes whose goods went elsewhere in a period.

        One query over what left the stock of the site: deliveries, transfers and orders of other processes.
        """
        members = self.filtered("joint_process_id")
        if not members:
            return []
        find = self._finder()
        start, end = period._span()
        # superuser: lines that the user may not see count, too
        lines = (
            self.env["cbam.emission.line"]
            .sudo()
            ._read_group(
                [
                    ("installation_id", "=", period.installation_id.id),
                    ("place_from", "=", "stock"),
                    ("place_to", "in", ("customer", "transit", "process")),
                    ("date", ">=", start),
                    ("date", "<", end),
                ],
                ["product_id", "place_to", "process_id"],
                ["quantity:sum"],
            )
        )
        found = {}
        for product, place, user, quantity in lines:
            maker = self.browse(find(period.installation_id.id, product.cbam_cn_code))
            if maker not in members or quantity <= 0:
                continue
            head = maker.joint_process_id
            if place != "process" or (user and head not in (user, user.joint_process_id) and user != maker):
                found[maker] = self.env._(
                    "%(process)s is joined with %(head)s, but %(product)s was sold or used elsewhere: Article 4(9) "
                    "excludes that.",
                    process=maker.name,
                    head=head.name,
                    product=product.display_name,
                )
        return list(found.items())

    def _cn_codes(self):
        """The CN codes of the process, digits only."""
        self.ensure_one()
        return ["".join(filter(str.isdigit, part)) for part in (self.cn_code or "").split(",") if part.strip()]

    @api.depends("boundary", "cn_code", "group_rule", "installation_id", "attribution_choice")
    def _compute_attribution(self):
        keys = self._attributions()
        for process in self:
            process.attribution = keys[process.id].value

    def _inverse_attribution(self):
        """Only what differs from the key of the law is a choice: the key follows the goods otherwise."""
        defaults = self._default_attributions()
        for process in self:
            chosen = process.attribution
            process.attribution_choice = chosen if chosen and chosen != defaults[process.id].value else False

    def _attributions(self):
        """``{process id: AttributionKey}``, in a number of queries that does not depend on how many there are."""
        chosen = self.filtered("attribution_choice")
        keys = (self - chosen)._default_attributions()
        return keys | {process.id: AttributionKey(process.attribution_choice) for process in chosen}

    def _default_attributions(self):
        """``{process id: AttributionKey}`` by the goods of the processes and the co-products of their bills."""
        co_products = self._co_products()
        return {
            process.id: default_attribution(
                process.group_rule != "none",
                process._cn_codes() if process.boundary == "cbam" else (),
                {
                    code
                    for good in process._cn_codes()
                    for company, product, code in co_products
                    if product.startswith(good) and company in (None, process.installation_id.company_id.id)
                },
            )
            for process in self
        }

    @api.model
    def _attribution_finder(self):
        """A function ``(process id or None) -> AttributionKey``: what belongs to no process has no key of its own."""
        # superuser: how an order is attributed does not depend on who finishes it
        keys = self.sudo().with_context(active_test=False).search([("boundary", "=", "cbam")])._attributions()
        return lambda process_id: keys.get(process_id, AttributionKey.FUNCTIONAL_UNIT)

    @api.model
    def _co_products(self):
        """``[(company id or None, CN code of the product, CN code of the co-product)]`` of all bills in use."""
        for model in ("mrp.bom", "mrp.bom.byproduct", "product.template"):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT bom.company_id, made.cbam_cn_code, beside.cbam_cn_code
                  FROM mrp_bom_byproduct AS line
                  JOIN mrp_bom AS bom ON bom.id = line.bom_id AND bom.active
                  JOIN product_template AS made ON made.id = bom.product_tmpl_id
                  JOIN product_product AS product ON product.id = line.product_id
                  JOIN product_template AS beside ON beside.id = product.product_tmpl_id
                 WHERE line.cbam_output_class = 'co_product' AND line.product_qty > 0
                   AND made.cbam_cn_code IS NOT NULL AND beside.cbam_cn_code IS NOT NULL
                """
            )
        )

    def action_view_ledger(self):
        """The ledger lines of this process."""
        self.ensure_one()
        return self.env["cbam.emission.line"]._action_of([("process_id", "=", self.id)], self.display_name)

    @api.model
    def _finder(self):
        """A function ``(installation id, CN code) -> process id or None``."""
        codes = self._codes(self.env.context.get("active_test", True))

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

    @api.model
    @ormcache("active_test")
    def _codes(self, active_test):
        """``((installation id, CN code, process id), …)``, the longest codes first."""
        # superuser: where an order belongs does not depend on who finishes it
        processes = self.sudo().with_context(active_test=active_test).search([("boundary", "=", "cbam")])
        codes = [
            (process.installation_id.id, code, process.id) for process in processes for code in process._cn_codes()
        ]
        return tuple(sorted(codes, key=lambda entry: len(entry[1]), reverse=True))

    @api.model
    @ormcache("active_test")
    def _outside(self, active_test):
        """``{installation id: {work centre: process id}}`` of the processes outside CBAM."""
        found = {}
        # superuser: where an order belongs does not depend on who finishes it
        for process in self.sudo().with_context(active_test=active_test).search([("boundary", "=", "outside")]):
            for workcenter in process.workcenter_ids.ids:
                found.setdefault(process.installation_id.id, {}).setdefault(workcenter, process.id)
        return found

    @api.model
    @ormcache("active_test")
    def _route_letters(self, active_test):
        """``{process id: route letter}`` of those that have one."""
        # superuser: the route of a process is part of the figures of whoever finishes an order
        processes = self.sudo().with_context(active_test=active_test).search([("route_letter", "!=", False)])
        return {process.id: process.route_letter for process in processes}
