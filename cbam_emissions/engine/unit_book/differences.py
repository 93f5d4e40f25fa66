# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Target minus already posted."""

from __future__ import annotations

from collections.abc import Mapping

from .flows import NOT_POSTED, Flow, FlowKey, Line, Posted


def differences(ident: tuple[str, int], target: Mapping, posted: Mapping[FlowKey, Posted]) -> list[Line]:
    lines = []
    for key, (want, flow) in target.items():
        done = posted.get(key, NOT_POSTED)
        if differs(want, done):
            lines.append(_line(ident, key, want, done, flow))
    for key, done in posted.items():
        if key not in target and differs(NOT_POSTED, done):
            lines.append(_line(ident, key, NOT_POSTED, done, None))
    return lines


def _line(ident: tuple[str, int], key: FlowKey, want: Posted, done: Posted, flow: Flow | None) -> Line:
    return Line(
        ident,
        key,
        want.quantity - done.quantity,
        want.mass - done.mass,
        want.functional - done.functional,
        want.embedded - done.embedded,
        want.incomplete - done.incomplete,
        flow,
    )


def differs(want: Posted, done: Posted) -> bool:
    """Whether two states of a flow differ by more than summation noise (1e-12 relative)."""
    if want == done:
        return False
    if want.incomplete != done.incomplete:
        return True
    pairs = zip((*want[:3], *want.embedded), (*done[:3], *done.embedded), strict=True)
    return any(a != b and abs(a - b) > 1e-12 * max(1.0, abs(a), abs(b)) for a, b in pairs)


def whatever_the_date(posted: Mapping[FlowKey, Posted]) -> dict[FlowKey, Posted]:
    """What is posted per key, all dates together: a document keeps its values when its date changes."""
    merged: dict[FlowKey, Posted] = {}
    for key, done in posted.items():
        undated = key.undated()
        so_far = merged.get(undated)
        if so_far is None:
            merged[undated] = done
            continue
        merged[undated] = Posted(
            so_far.quantity + done.quantity,
            so_far.mass + done.mass,
            so_far.functional + done.functional,
            so_far.embedded + done.embedded,
            so_far.incomplete + done.incomplete,
        )
    return merged
