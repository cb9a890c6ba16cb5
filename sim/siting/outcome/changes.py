"""What would change the plan: money, sites left out, demand misjudged; and what comes when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.siting.offered.catalogue import Times, Yuan
from sim.siting.outcome.figures import Figure

__all__ = ["LeftOut", "Misjudged", "Opening", "Point"]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a frontier of the planning model.

    Attributes
    ----------
    front
        ``cost`` (cost against what is served) or ``worst`` (all against the worst-off group).
    budget
        Yuan a year that it may cost.
    value, bound
        Gain over today in the planning model, in the units of the aim.
    worst
        Share that the worst-off group is served in the planning model; NaN without groups.
    plan
        Label of the judged plan that it is; empty if it was not simulated.
    simulated
        Gain over today; NaN if not simulated.
    """

    front: Literal["cost", "worst"]
    budget: float
    times: Times
    cost: Yuan
    value: float
    bound: float
    status: str
    worst: float
    plan: str
    simulated: Figure


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a site of the recommended plan adds: the best plan without it is so much worse.

    Attributes
    ----------
    regret, regret_bound
        Best value less the best without it, in the planning model; at least, and at most.
    instead
        Moves that the best plan without it makes and the best plan with it does not, in words.
    simulated
        Simulated loss of taking it out of the recommended plan, with nothing in its place.
    searched
        Whether the best plan without it was searched for. If not, the regret is at most what the
        plan loses with nothing in its place.
    """

    site: str
    regret: float
    regret_bound: float
    instead: tuple[str, ...]
    simulated: Figure
    searched: bool = True


@dataclass(frozen=True, slots=True)
class Misjudged:
    """How much of what was assumed may be wrong before another plan proposed is the best of them.

    Attributes
    ----------
    what
        What is wrong, such as ``all demand`` or ``demand for badminton_court``.
    low, high
        Factors between which the recommended plan stays best in the planning model; 0 and infinity
        where nothing tried changes it, both 1 where another plan is best as it is.
    winner_below, winner_above
        Plans that win beyond; empty: none.
    """

    what: str
    low: float
    high: float
    winner_below: str
    winner_above: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A move of the recommended plan in the year of the growth path in which it is made.

    Attributes
    ----------
    gain
        That it adds in the planning model of that year, to what was done before.
    cost
        Yuan a year of all that is done by then.
    committed
        Yuan a year that may be spent by that year.
    """

    year: int
    move: int
    gain: float
    cost: float
    committed: float
