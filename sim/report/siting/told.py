"""What the recommendation page is told beside what was found: how, and on which assumptions."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.inputs import Inputs, Provenance

__all__ = ["Told", "assumptions_of"]

FIRST = ("siting", "off_platform", "travel", "choice", "demand", "segments")
"""Parts of the scenario whose assumptions a plan rests on most, in this order."""


@dataclass(frozen=True, slots=True)
class Told:
    """How the result came about.

    Attributes
    ----------
    search, judging
        A sentence each: solvers, time limits, turns; seeds and replications of the final judging.
    assumptions
        Numbers that carry a range, those that matter most first.
    """

    search: str = ""
    judging: str = ""
    assumptions: tuple[Provenance, ...] = ()


def assumptions_of(inputs: Inputs) -> tuple[Provenance, ...]:
    """Numbers of the scenario that are assumed and have a range, by `FIRST` and then by key."""
    ranged = [
        p for p in inputs.provenance if p.source == "assumption" and (p.low, p.high) != (None, None)
    ]

    def order(p: Provenance) -> tuple[int, str]:
        part = p.key.split(".")[0]
        return (FIRST.index(part) if part in FIRST else len(FIRST), p.key)

    return tuple(sorted(ranged, key=order))
