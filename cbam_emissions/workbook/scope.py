# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The figures of a communication template as the definitive period counts them: indirect emissions in scope.

The template adds up all indirect emissions. In scope are those of goods outside Annex II of Regulation (EU) 2023/956,
and what such goods bring into others: Implementing Regulation (EU) 2025/2547, Annex I point 3.1. What it says about
default values answers Annex IV 1.1(15)(d) and (e).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..engine.embedded import Embedded
from ..engine.rollup import roll_up
from . import cells
from .reader import Remark
from .recompute import Node, Recomputed, components
from .template import Communication, Precursor

#: Categories whose goods can contain sintered ore, which is outside of Annex II.
_MAY_CONTAIN_SINTER = frozenset({"pig_iron", "dri", "femn", "crude_steel", "iron_steel_products"})


def in_scope(communication: Communication, recomputed: Recomputed, annex_ii: Mapping[str, bool]) -> dict[int, Embedded]:
    """What one unit of the goods of each process embeds, by place of the process, in tCO2e.

    A purchased precursor of Annex II brings nothing into the scope: the template does not tell what it was made of.
    Electricity counts as by default unless its own factor has evidence (Annex II D.4.3) or it is own production.

    :param annex_ii: per category (the values of ``cells.CATEGORY_KEYS``) whether its goods are listed in Annex II
    :return: only processes that could be recomputed
    """
    own: dict[Node, Embedded] = {}
    flags: dict[Node, bool | None] = {}
    for figures, process in zip(recomputed.processes, communication.processes, strict=True):
        if figures.own and figures.embedded:
            flags[figures.node] = listed = annex_ii[cells.CATEGORY_KEYS[process.category]]
            by_default = process.electricity_source not in cells.ACTUAL_FACTORS
            own[figures.node] = _with_scope(figures.own.emissions, listed, False, by_default)
    for bought, precursor in zip(recomputed.precursors, communication.precursors, strict=True):
        flags[bought.node] = listed = annex_ii[cells.CATEGORY_KEYS[precursor.category]]
        default = precursor.electricity_data == cells.DEFAULT
        by_default = default or precursor.electricity_source not in cells.ACTUAL_FACTORS
        own[bought.node] = _with_scope(bought.own.emissions, listed, default, by_default)
    found = roll_up(own, components(communication, recomputed.processes, recomputed.precursors), flags, own)
    return {node.place: value for node, value in found.items() if not node.purchased}


def _with_scope(emissions: Embedded, listed: bool, default: bool, by_default: bool) -> Embedded:
    """Own emissions with the part of the indirect ones that is in scope, and the parts that rest on defaults."""
    scope = 0.0 if listed else emissions.indirect_total
    return emissions._replace(
        indirect_scope=scope,
        scope_default=scope if default else 0.0,
        indirect_default=emissions.indirect_total if by_default else 0.0,
    )


def law_remarks(
    communication: Communication, annex_ii: Mapping[str, bool], exempt: Collection[str]
) -> tuple[Remark, ...]:
    """What the definitive period sees differently in a workbook's precursors.

    :param exempt: codes of the countries whose goods carry no obligation (2025/2547 Annex III.B)
    """
    return tuple(
        Remark(cells.PRECURSORS, f"{column}{cells.precursor_row(precursor.place)}", text)
        for precursor in communication.precursors
        for column, text in _differences(precursor, annex_ii, exempt)
    )


def _differences(precursor: Precursor, annex_ii: Mapping[str, bool], exempt: Collection[str]) -> list[tuple[str, str]]:
    found, key = [], cells.CATEGORY_KEYS[precursor.category]
    if precursor.country in exempt:
        text = f"{precursor.name} is from {precursor.country}: counted by the template, zero by Regulation 2025/2547."
        found.append(("G", text))
    if annex_ii[key] and key in _MAY_CONTAIN_SINTER:
        text = f"what goods outside Annex II brought into {precursor.name} is not told; in scope it counts as none."
        found.append(("L", text))
    if precursor.see_direct_source == cells.DEFAULT:
        found.append(
            ("M", f"{precursor.name} is by default values as typed; Regulation 2025/2547 adds a mark-up to them.")
        )
    return found
