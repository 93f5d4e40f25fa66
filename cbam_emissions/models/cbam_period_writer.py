from math import fsum

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.attribution import CARRIES_EMISSIONS
from ..engine.embedded import Embedded
from ..engine.life.stages import stage_of
from ..engine.precursors import basis, counted_see
from ..engine.statutory.bridge import UnitBookTotals, remainder
from ..engine.statutory.data_sets import Attributed
from .cbam_period_close import SHARES
from .cbam_posting_book import COMPONENTS

#: Kind of a joining line: (from, to, attribute of the bridge).
JOINING = (
    ("adjusting", "reconciliation", "process", "adjusting"),
    ("floor", "reconciliation", "process", "floor"),
    ("averaging", "reconciliation", "process", "averaging"),
    ("restated", "process", "reconciliation", "restated"),
)


class CbamPeriodWriter(models.AbstractModel):
    """Writes what a close found: a version of the statement, the lines that join the books, records, hashes."""

    _name = "cbam.period.writer"
    _description = "CBAM Period: Writing"

    @api.model
    def _write(self, period, found):
        """The new version of the period's statement."""
        version = self._create(period, self._values(period, found), self._last_line())
        self._insert(period, version, self._joining(found))
        version.record_ids = self._publish(period, version)
        version.root_hash = self.env["cbam.period.freeze"]._freeze(version)
        return version

    @api.model
    def _write_staged(self, period, job):
        """The same from what the batches of a job have found; see :mod:`cbam_job_close`."""
        version = self._create(period, job._part("version"), job.reached["last"])
        self._insert(period, version, [(*row[:4], Embedded(*row[4])) for row in job._part("lines")])
        version.record_ids = self._publish(period, version)
        known = {int(number): digests for number, digests in (job._part("files") or {}).items()}
        version.root_hash = self.env["cbam.period.freeze"]._freeze_staged(version, job, known)
        return version

    @api.model
    def _last_line(self):
        return self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM cbam_emission_line"))[0][0]

    @api.model
    def _create(self, period, values, last):
        previous = period.statement_ids.sorted("version")[-1:]
        return self.env["cbam.statement"].create(
            {
                **values,
                "period_id": period.id,
                "version": previous.version + 1,
                "previous_id": previous.id,
                "is_correction": previous.to_be_corrected,
                "closed_at": fields.Datetime.now(),
                "closed_by": self.env.uid,
                "evidence_frozen": True,
                "last_line_id": last,
                "plan_id": period._plan().id,
            }
        )

    @api.model
    def _values(self, period, found):
        """Figures and rows of the statement, as plain values that can be kept until they are written."""
        return {
            "dataset_ids": [fields.Command.set(self._dataset_ids(found))],
            "direct": fsum(direct.emissions for direct, _indirect in self._attributed(found)),
            "indirect": fsum(indirect for _direct, indirect in self._attributed(found)),
            "electricity": fsum(found.electricity.values()),
            "good_ids": [fields.Command.create(row) for row in self._goods(period, found)],
            "process_ids": [fields.Command.create(row) for row in self._processes(found)],
            "output_ids": [fields.Command.create(row) for row in self._outputs(found)],
            "use_ids": [fields.Command.create(row) for row in self._uses(found)],
            "receipt_ids": [fields.Command.create(row) for row in self._receipts(found)],
            "stream_ids": [fields.Command.create(row) for row in self._streams(period, found)],
            "note_ids": [
                fields.Command.create({"kind": problem.kind, "message": problem.message}) for problem in found.problems
            ],
        }

    @api.model
    def _attributed(self, found):
        """(AttrEm_Dir, AttrEm_indir) of every process of the installation."""
        return [
            *((process.direct, process.indirect) for process in found.processes.values()),
            *found.supporting.values(),
        ]

    @api.model
    def _dataset_ids(self, found):
        """Data sets that a received value rests on, and those by which goods and free allocation were judged."""
        return sorted({row.rate.dataset_id for row in found.supplies.rows if row.rate and row.rate.dataset_id})

    # -- rows of the statement ---------------------------------------------------------------------------------------

    @api.model
    def _goods(self, period, found):
        index = self.env["cbam.dataset"]._cn_index_in_year(period.year)
        categories = {row.code: row.id for row in self.env["cbam.goods.category"].search([])}
        rows = []
        for code, figures in found.result.goods.items():
            match = index.match(code)
            if match is None or not str(code).isdigit():
                continue
            makers = [key for key, p in found.processes.items() if any(row.good == code for row in p.outputs)]
            routes = self.env["cbam.process"].browse(makers).mapped("route_letter")
            electricity = found.embedded_electricity.get(code)
            for composition, per_tonne in figures.per_tonne.items():
                if not per_tonne.mass:
                    continue
                rows.append(
                    {
                        "cn_code": code,
                        "category_id": categories.get(match.category),
                        "composition": composition,
                        "functional_unit": match.functional_unit,
                        "in_annex_ii": match.annex_ii,
                        "route_letters": ", ".join(sorted(filter(None, routes))),
                        "process_ids": [fields.Command.set(makers)],
                        "level": figures.level,
                        "mass": per_tonne.mass,
                        "content": per_tonne.content,
                        "unit_direct": figures.see.direct,
                        "unit_indirect": figures.see.indirect_total,
                        "unit_indirect_scope": figures.see.indirect_scope,
                        "attributed_direct": figures.attributed.direct,
                        "attributed_indirect": figures.attributed.indirect_total,
                        "see_direct": per_tonne.see.direct,
                        "see_indirect": per_tonne.see.indirect_total,
                        "see_indirect_scope": per_tonne.see.indirect_scope,
                        "sefa": per_tonne.sefa,
                        "sefa_reason": self._sefa_reason(found, code) if per_tonne.sefa is None else False,
                        **{
                            share: None if code in found.unknown_shares[share] else getattr(figures.see, share)
                            for share in SHARES
                        },
                        "electricity": None if electricity is None else electricity * per_tonne.content,
                    }
                )
        return rows

    @api.model
    def _sefa_reason(self, found, code):
        reasons = [reason for (_process, good), reason in found.goods.sefa_reasons.items() if good == code]
        return reasons[0] if reasons else self.env._("The free allocation of a precursor is not known.")

    @api.model
    def _processes(self, found):
        """A row per process; goods outside CBAM together in one."""
        processes = self.env["cbam.process"].browse([*(key for key in found.processes if key > 0), *found.supporting])
        rows = [
            {
                "sequence": sequence,
                "process_id": process.id,
                "name": process.name,
                "boundary": process.boundary,
                "member_ids": [fields.Command.set(found.members.get(process.id, ()))],
                **self._figures(found, process.id),
            }
            for sequence, process in enumerate(processes)
        ]
        others = [self._figures(found, key) for key in found.processes if key < 0]
        if others:
            summed = {name: fsum(row.get(name, 0.0) for row in others) for row in others for name in row}
            name = self.env._("Goods outside CBAM")
            rows.append({"sequence": len(rows), "name": name, "boundary": "outside", **summed})
        return rows

    @api.model
    def _figures(self, found, key):
        if key in found.supporting:
            direct, indirect = found.supporting[key]
            own = {"attributed_direct": direct.emissions, "floor": direct.floor, "attributed_indirect": indirect}
            return {**found.direct[key], **own, "electricity": found.electricity[key]}
        process, balance, joining = found.processes[key], found.result.balances[key], found.bridges[key]
        unit_book = found.goods.totals.get(key, UnitBookTotals())
        return {
            **found.direct[key],
            "attributed_direct": process.direct.emissions,
            "floor": process.direct.floor,
            "electricity": found.electricity[key],
            "attributed_indirect": process.indirect,
            "purchased_direct": balance.purchased.direct,
            "purchased_indirect": balance.purchased.indirect_total,
            "internal_direct": balance.internal.direct,
            "internal_indirect": balance.internal.indirect_total,
            "output_direct": balance.output.direct,
            "output_indirect": balance.output.indirect_total,
            "unit_book_direct": unit_book.output.direct,
            "unit_book_indirect": unit_book.output.indirect_total,
            "adjusting_direct": joining.adjusting.direct,
            "averaging_direct": joining.averaging.direct,
            "remainder": max(map(abs, remainder(balance, unit_book).as_tuple())),
        }

    @api.model
    def _outputs(self, found):
        """What every process has made, a row per good, range of composition and class."""
        made = {}
        for key, process in found.processes.items():
            for row in process.outputs:
                made.setdefault((key, row.good, row.composition, row.output_class), []).append(row)
        return [
            {
                "sequence": sequence,
                "process_id": key if key > 0 else False,
                "name": good if rows[0].in_annex_ii is not None else good.rsplit(" #", 1)[0],
                "cn_code": good if rows[0].in_annex_ii is not None else False,
                "composition": composition,
                "output_class": output_class.value,
                "functional_unit": rows[0].unit.value,
                "quantity": fsum(row.quantity - row.returned for row in rows),
                "mass": fsum(row.mass - row.returned_mass for row in rows),
                "returned": fsum(row.returned_mass for row in rows),
            }
            for sequence, ((key, good, composition, output_class), rows) in enumerate(made.items())
        ]

    @api.model
    def _uses(self, found):
        units = {row.code: row.unit.value for row in found.supplies.rows}
        for rows in found.goods.outputs.values():
            units.update((row.good, row.unit.value) for row in rows)
        pools = {}
        for pool, figures in found.result.pools.items():
            pools[pool.precursor, pool.excluded, pool.subset] = figures
        rows = []
        for process_id, process in found.processes.items():
            makes = {row.good for row in process.outputs if row.output_class in CARRIES_EMISSIONS and row.quantity}
            for use in process.consumption:
                excluded = process_id if use.precursor in makes else None
                figures = pools.get((use.precursor, excluded, use.subset))
                if figures is None:
                    continue
                unit_book = Embedded.total(found.goods.unit_book_uses.get((process_id, use.precursor), ()))
                subset = found.goods.subsets.get((process_id, use.precursor))
                rows.append(
                    {
                        "process_id": process_id if process_id > 0 else False,
                        "cn_code": use.precursor,
                        "functional_unit": units.get(use.precursor),
                        "quantity": use.quantity,
                        "see_direct": figures.see.direct,
                        "see_indirect": figures.see.indirect_total,
                        "see_indirect_scope": figures.see.indirect_scope,
                        "subset_id": subset[0].id if subset else False,
                        "received": figures.received.quantity,
                        "made": fsum(figures.made.values()),
                        "unit_book_direct": unit_book.direct,
                    }
                )
        return rows

    @api.model
    def _receipts(self, found):
        rows = []
        for row in found.supplies.rows:
            see = counted_see(row.receipt)
            rows.append(
                {
                    "cn_code": row.code,
                    "functional_unit": row.unit.value,
                    "source_id": row.receipt.source,
                    "country_id": row.source.production_country_id if row.source else False,
                    "basis": basis(row.receipt).value,
                    "is_opening": row.source is None,
                    "quantity": row.receipt.quantity,
                    "mass": row.mass,
                    "see_direct": see.direct,
                    "see_indirect": see.indirect_total,
                    "see_indirect_scope": see.indirect_scope,
                    "sefa": see.free_allocation,
                    "record_id": row.rate.record_id if row.rate else False,
                    "dataset_id": row.rate.dataset_id if row.rate else False,
                    "note": row.rate.note if row.rate else self.env._("Carried in the unit book at the beginning"),
                }
            )
        return rows

    @api.model
    def _streams(self, period, found):
        explanations = {total.stream_id: total.explanation for total in period.total_ids}
        rows = []
        for stream, data in found.streams.data_sets.items():
            is_stream = stream._name == "cbam.source.stream"
            for process_id, part in self._by_process(data.processes):
                rows.append(
                    {
                        "stream_id": stream.id if is_stream else False,
                        "factor_id": (stream.factor_id if is_stream else stream.cbam_factor_id).id,
                        "process_id": process_id,
                        "measured": data.measured,
                        "attributed": data.attributed,
                        "factor": data.factor,
                        "quantity": part.quantity,
                        "direct": part.embedded.direct,
                        "indirect": part.embedded.indirect_total,
                        "estimated": found.streams.estimated.get((stream, process_id), 0.0),
                        "explanation": explanations.get(stream) if is_stream else False,
                    }
                )
        return rows

    @api.model
    def _by_process(self, parts):
        """``[(process id or False, Attributed)]`` with goods outside CBAM together."""
        others = [part for key, part in parts.items() if not key or key < 0]
        found = [(key, part) for key, part in parts.items() if key and key > 0]
        if others:
            quantity = fsum(part.quantity for part in others)
            found.append((False, Attributed(quantity, Embedded.total(part.embedded for part in others))))
        return found

    # -- the ledger --------------------------------------------------------------------------------------------------

    @api.model
    def _joining(self, found):
        """The lines that make the process accounts say what the statement says: rows for :meth:`_insert`."""
        lines = [
            (process_id if process_id > 0 else None, kind, origin, target, getattr(joining, name))
            for process_id, joining in found.bridges.items()
            for kind, origin, target, name in JOINING
        ]
        for key, unit_book in found.goods.totals.items():
            if key not in found.bridges:
                # Idle energy of the site, and processes without goods: the statement gives it to whom it belongs.
                rest = (
                    unit_book.attributed + unit_book.precursors - unit_book.dropped - unit_book.lost - unit_book.output
                )
                process_id = key if key and key > 0 else None
                lines.append((process_id, "adjusting", "reconciliation", "process", -rest))
        return [line for line in lines if any(line[4].as_tuple())]

    @api.model
    def _insert(self, period, version, lines):
        """Insert lines ``(process id, kind, from, to, Embedded)`` of a version, dated at the period's end."""
        if not lines:
            return
        _start, end = period._span()
        now = fields.Datetime.now()
        columns = ("date", "posted_at", "posted_by", "company_id", "installation_id", "process_id", "statement_id")
        columns += ("kind", "place_from", "place_to", "quality", "incomplete", "quantity", "mass", "stage", *COMPONENTS)
        moment = fields.Datetime.subtract(end, seconds=1)
        site = (period.company_id.id, period.installation_id.id)
        rows = [
            SQL(
                "%s",
                (
                    *(moment, now, self.env.uid, *site, process_id, version.id),
                    *(kind, origin, target, "derived", 0, 0.0, 0.0, stage_of(kind)),
                    *embedded.as_tuple(),
                ),
            )
            for process_id, kind, origin, target, embedded in lines
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_emission_line (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(rows),
            )
        )
        self.env["cbam.emission.line"].invalidate_model()

    @api.model
    def _reverse(self, version):
        """Take back the joining lines of a version: lines of the opposite sign, as nothing is ever deleted."""
        rows = self.env.execute_query(
            SQL(
                "SELECT process_id, kind, place_from, place_to, %s FROM cbam_emission_line WHERE statement_id = %s",
                SQL(", ").join(map(SQL.identifier, COMPONENTS)),
                version.id,
            )
        )
        self._insert(version.period_id, version, [(*row[:4], -Embedded(*row[4:])) for row in rows])

    # -- records -----------------------------------------------------------------------------------------------------

    @api.model
    def _publish(self, period, version):
        """The specific embedded emissions of the goods, as published: claimed until the verifier's statement."""
        earlier = version.previous_id.record_ids.filtered(lambda record: record.state == "claimed")
        earlier.write({"state": "superseded"})
        return self.env["cbam.specific.emission"].create(
            [
                {
                    "installation_id": period.installation_id.id,
                    "company_id": period.company_id.id,
                    "cn_code": good.cn_code,
                    "year": period.year,
                    "composition": good.composition,
                    "see_direct": good.published_direct,
                    "see_indirect": good.published_indirect,
                    "see_indirect_scope": min(good.published_indirect_scope, good.published_indirect),
                    "has_sefa": good.sefa is not None,
                    "sefa": good.sefa or 0.0,
                    "default_share": good.default_share,
                    "indirect_default_share": good.indirect_default_share,
                    "electricity": good.electricity,
                    "route_letter": good.route_letters if len(good.route_letters or "") == 1 else False,
                }
                for good in version.good_ids
            ]
        )
