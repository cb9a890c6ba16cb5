"""How far the evidence behind a finding bears, by a rule that a reader can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.messages import running_text, say
from sim.report.document.content import Figure, Grade, Source
from sim.report.document.results import RunTables
from sim.report.numbers import figure_words
from sim.scenario.inputs import SYNTHETIC
from sim.sensitivity.findings import ROBUST
from sim.stats.given_data import FEW as FEW_DRAWS

FITTED = ("bookings", "participations", "redemptions")
"""Metrics that are fitted to a counted total of the scenario's `calibration`."""
ASSUMED = frozenset({"utilisation_off_platform", "visits"})
"""Metrics that repeat an assumption."""
FEW = 5
"""Replications below which an interval is itself unsure."""
NARROW, WIDE = 0.02, 0.1
"""Half of the range over assumptions up to which a share is *high*, and *middle*."""
GRADES: tuple[Grade, ...] = ("low", "middle", "high")


def assumed_inputs(run: RunTables) -> tuple[int, int]:
    """How many numbers of the scenario are assumptions, and how many there are."""
    sources = run.manifest["sources"]
    return sum(s["source"] == "assumption" for s in sources), len(sources)


def grade(
    run: RunTables,
    figures: tuple[Figure, ...],
    row: Mapping[Any, Any] | None = None,
) -> tuple[Grade, str]:
    """Grade of what is said of these figures, and why.

    A figure that repeats an assumption is *assumed*. One that was fitted to a counted total is
    *high*. Another is *low* where the world is synthetic or half of all inputs are assumptions,
    *high* where a tenth of them are at most, else *middle*. Where joint draws of the assumptions
    tell how far the figure moves, this takes the place of how many of them there are: *high* up to
    2 points to either side, *middle* up to 10; of differences *high* where the sign holds in 95 %
    of draws, *middle* where it holds in half. Fewer than five replications take a grade away.

    Parameters
    ----------
    row
        What draws of the assumptions say of the first figure, where the figures' own file has it.
    """
    if not run.manifest["sources"]:
        return "low", say("evidence.unknown")
    metrics = {dict(figure.source.where).get("metric", "") for figure in figures}
    assumed, inputs = assumed_inputs(run)
    if metrics & ASSUMED:
        return "assumed", say("evidence.assumed")
    synthetic = run.manifest["world"] == SYNTHETIC
    total = run.scenario.get("calibration") or {}
    if (
        run.manifest.get("fitted")
        and metrics
        and all(m in FITTED and total.get(m) for m in metrics)
    ):
        found: Grade = "high"
        why = say("evidence.fitted")
    else:
        share = assumed / inputs if inputs else 1.0
        found = "low" if synthetic or share >= 0.5 else "high" if share <= 0.1 else "middle"
        why = say("evidence.inputs", assumed=assumed, inputs=inputs)
        if synthetic:
            why = say("evidence.made_up", assumed=assumed, inputs=inputs)
    if drawn := _drawn(run, figures, row):
        by_draws, words = drawn
        found = "low" if synthetic else by_draws
        why = running_text((why, words))
    if 0 < run.manifest.get("replications", 0) < FEW:
        found = "middle" if found == "high" else "low"
        why = running_text((why, say("evidence.few", n=run.manifest["replications"])))
    said = say("evidence.words", grade=say(f"grade.{found}"), why=why)
    return found, said


def _drawn(
    run: RunTables,
    figures: tuple[Figure, ...],
    row: Mapping[Any, Any] | None,
) -> tuple[Grade, str] | None:
    """The least grade that draws of the assumptions give shares, and the range that is widest."""
    known, unit = [] if row is None else [row], "share" if row is None else figures[0].unit
    if run.draws is not None and row is None:
        told = [run.draws.row(f, run.manifest["name"]) for f in figures]
        known = [r for r in told if r is not None and r.get("unit", "share") == "share"]
    known = [r for r in known if int(r["draws"]) >= FEW_DRAWS]
    if not known:
        return None
    worst = min(known, key=lambda row: (_by_draws(row), -_width(row)))
    column = "difference" if "same_sign" in worst else "mean"
    ends = [
        figure_words(Figure(float(worst[end]), unit, Source("", (), column)))
        for end in ("assumption_low", "assumption_high")
    ]
    words = say("evidence.drawn", low=ends[0], high=ends[1], n=worst["draws"])
    return GRADES[_by_draws(worst)], words


def _width(row: Mapping[str, str]) -> float:
    return float(row["assumption_high"]) - float(row["assumption_low"])


def _by_draws(row: Mapping[str, str]) -> int:
    """Place among the grades."""
    if "same_sign" in row:
        same = float(row["same_sign"])
        return (same >= 0.5) + (same >= ROBUST)
    return (_width(row) <= 2 * WIDE) + (_width(row) <= 2 * NARROW)
