"""Everything that `linli site` found."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.siting.planner.solution import Cut
from sim.siting.offered.catalogue import Catalogue
from sim.siting.outcome.changes import LeftOut, Misjudged, Opening, Point
from sim.siting.outcome.gains import Coverage, GroupGain, Price, Unasked
from sim.siting.outcome.outlooks import OutlookRank, Ruling
from sim.siting.outcome.plans import JudgedPlan, Turn
from sim.siting.outcome.views import Homes, View

__all__ = ["Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that is written and drawn.

    Attributes
    ----------
    plans
        By rank; ``today`` and the rivals among them.
    unit
        Of the aim: ``person_hours`` or ``requests``.
    guarantee
        What the order of plans is worth, in a sentence or two.
    ruling
        Over outlooks; None where the scenario's own demand decides.
    cut
        What ended searches of the planning model that were not finished: ``clock`` if any of them
        was ended by it, so that another machine may find other plans, or ``effort``.
    homes, today, after
        For maps; `after` is the recommended plan's.
    budget
        Yuan a year.
    confidence
        Of all intervals.
    """

    catalogue: Catalogue
    plans: tuple[JudgedPlan, ...]
    turns: tuple[Turn, ...]
    unit: str
    guarantee: str
    homes: Homes
    today: View
    after: View
    budget: float
    confidence: float
    unasked: tuple[Unasked, ...] = ()
    gains: tuple[GroupGain, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    prices: tuple[Price, ...] = ()
    frontier: tuple[Point, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    outlooks: tuple[OutlookRank, ...] = ()
    misjudged: tuple[Misjudged, ...] = ()
    openings: tuple[Opening, ...] = ()
    ruling: Ruling | None = None
    cut: Cut = ""

    @property
    def recommended(self) -> JudgedPlan:
        """The plan of rank 1."""
        return next(p for p in self.plans if p.rank == 1)
