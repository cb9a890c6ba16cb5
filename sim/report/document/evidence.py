"""How far the evidence behind a finding bears, by a rule that a reader can check."""

from __future__ import annotations

from sim.report.document.content import Figure, Grade
from sim.report.document.messages import Messages
from sim.report.document.results import RunTables
from sim.scenario.inputs import SYNTHETIC

FITTED = ("bookings", "participations", "redemptions")
"""Metrics that are fitted to a counted total of the scenario's `calibration`."""
ASSUMED = frozenset({"utilisation_off_platform", "visits"})
"""Metrics that repeat an assumption."""
FEW = 5
"""Replications below which an interval is itself unsure."""


def assumed_inputs(run: RunTables) -> tuple[int, int]:
    """How many numbers of the scenario are assumptions, and how many there are."""
    sources = run.manifest["sources"]
    return sum(s["source"] == "assumption" for s in sources), len(sources)


def grade(run: RunTables, messages: Messages, figures: tuple[Figure, ...]) -> tuple[Grade, str]:
    """Grade of what is said of these figures, and why.

    A figure that repeats an assumption is *assumed*. One that was fitted to a counted total is
    *high*. Another is *low* where the world is synthetic or half of all inputs are assumptions,
    *high* where a tenth of them are at most, else *middle*. Fewer than five replications take a
    grade away.
    """
    metrics = {dict(figure.source.where).get("metric", "") for figure in figures}
    assumed, inputs = assumed_inputs(run)
    if metrics & ASSUMED:
        return "assumed", messages.say("evidence.assumed")
    synthetic = run.manifest["world"] == SYNTHETIC
    total = run.scenario.get("calibration") or {}
    if run.manifest["fitted"] and metrics and all(m in FITTED and total.get(m) for m in metrics):
        found: Grade = "high"
        why = messages.say("evidence.fitted")
    else:
        share = assumed / inputs if inputs else 1.0
        found = "low" if synthetic or share >= 0.5 else "high" if share <= 0.1 else "middle"
        why = messages.say("evidence.inputs", assumed=assumed, inputs=inputs)
        if synthetic:
            why = messages.say("evidence.made_up", assumed=assumed, inputs=inputs)
    if run.manifest["replications"] < FEW:
        found = "middle" if found == "high" else "low"
        why = messages.sentences(
            (why, messages.say("evidence.few", n=run.manifest["replications"]))
        )
    said = messages.say("evidence.words", grade=messages.say(f"grade.{found}"), why=why)
    return found, said
