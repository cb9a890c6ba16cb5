"""What `linli site` found: plans as estimated and simulated, whom they serve, what changes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from optimise.siting.problem import Cut
from sim.arrays import F64, I64
from sim.siting.figures import NO_FIGURE, Figure
from sim.siting.moves.catalogue import Catalogue, Times, Yuan


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan, what the planning model says of it and what the simulation does.

    Attributes
    ----------
    label
        ``plan 1`` ..., ``today``, ``census p-median``, ``greedy``.
    times
        How often each move is made.
    value, bound
        In the planning model, gain over today in the units of the aim; NaN where it has none.
    gain
        Simulated gain over today under the same residents, a year, in the same units.
    metrics
        Simulated gain over today of other metrics, by name: `served`, `minutes`, ...
    rank
        1 for the recommended one; by the last word under the scenario's own demand, or by the
        ruling over outlooks where there is one.
    """

    label: str
    times: Times
    cost: Yuan
    value: float
    bound: float
    status: str
    gain: Figure
    metrics: dict[str, Figure]
    rank: int


@dataclass(frozen=True, slots=True)
class NearbyPlan:
    """The plan near the best one simulated before of which most was expected.

    Attributes
    ----------
    moves
        By which it differs from that plan, more or fewer, added up.
    estimate
        That plan's simulated gain and what the model, shifted around it, says of the difference.
    """

    moves: int
    times: Times
    estimate: float
    simulated: Figure
    difference: float


@dataclass(frozen=True, slots=True)
class SearchTurn:
    """One turn of a search: what the planning model promised of a plan, what was simulated.

    Attributes
    ----------
    estimate
        Gain in the planning model of wishes drawn anew.
    value, bound
        Gain of those wishes for which plans are chosen, and what no plan gains more than.
    seconds
        Of the search for the plan; NaN where it was known.
    near
        None if no plan near the best one promised more than it.
    """

    number: int
    times: Times
    estimate: float
    bound: float
    simulated: Figure
    difference: float
    value: float
    seconds: float = math.nan
    near: NearbyPlan | None = None


@dataclass(frozen=True, slots=True)
class Homes:
    """Where people are, in the order of the world's origins.

    Attributes
    ----------
    lonlat
        (O, 2) WGS-84.
    people
        (O,) people.
    """

    names: tuple[str, ...]
    communities: tuple[str, ...]
    lonlat: F64
    people: I64


@dataclass(frozen=True, slots=True)
class MapCentre:
    """A centre of a world.

    Attributes
    ----------
    status
        ``kept``: as today; ``changed``: rooms were added, converted or closed; ``new``.
    rooms
        Rooms by kind.
    """

    name: str
    lon: float
    lat: float
    tier: str
    status: Literal["kept", "changed", "new"]
    rooms: dict[str, int]


@dataclass(frozen=True, slots=True)
class View:
    """A world as a map shows it: today's, or with a plan; simulated under the same residents.

    Attributes
    ----------
    wishes, met, asked
        (O,) a year, by origin.
    minutes
        (O,) mean walking minutes to the best suitable centre, of all wishes that have one; NaN
        where none has.
    catchment
        (O,) index in `places` of the centre that is most often the best one; -1: none ever is.
    """

    label: str
    places: tuple[MapCentre, ...]
    wishes: F64
    asked: F64
    met: F64
    minutes: F64
    catchment: I64


@dataclass(frozen=True, slots=True)
class GroupGain:
    """Wishes met in a group today and with the recommended plan, paired.

    Attributes
    ----------
    group
        ``all``, ``segment``, ``community``, ``kind``, ``tier`` or ``distance_band`` (of today's
        best centre).
    wishes
        A year.
    before, after
        Share of wishes met.
    difference
        Share after less before.
    met
        More wishes met a year.
    joint_low, joint_high
        Interval of `difference` that holds jointly over all levels of all groups.
    """

    group: str
    level: str
    wishes: float
    before: Figure
    after: Figure
    difference: Figure
    met: Figure
    joint_low: float
    joint_high: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """People who may use a room of a kind within a limit; `kind` ``any``: of any kind.

    Attributes
    ----------
    limit, unit
        Such as 5 ``minutes`` (walk) or 300 ``m`` (straight line).
    before, after
        Share of people.
    """

    kind: str
    limit: float
    unit: Literal["minutes", "m"]
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class GainPrice:
    """Yuan a year for each unit gained a year: base cost with the interval of the simulation.

    Attributes
    ----------
    gained
        ``request served``, ``minute saved`` or the unit of the aim.
    yuan
        At the base cost; limits are those of the simulated gain, infinite where it may be nothing.
    cheap, dear
        The mean at the low and at the high end of the cost range.
    """

    gained: str
    yuan: Figure
    cheap: float
    dear: float


@dataclass(frozen=True, slots=True)
class UnmetWishes:
    """Wishes a year that today end without a room, by kind and reason.

    Attributes
    ----------
    stage
        ``not asked`` or ``refused``.
    """

    kind: str
    stage: Literal["not asked", "refused"]
    reason: str
    wishes: Figure


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
class LeftOutSite:
    """Value of a site of the recommended plan: the best plan without it is so much worse.

    Attributes
    ----------
    regret, regret_at_most
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
    regret_at_most: float
    instead: tuple[str, ...]
    simulated: Figure
    searched: bool = True


@dataclass(frozen=True, slots=True)
class YearOfMove:
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


@dataclass(frozen=True, slots=True)
class OutlookRank:
    """A plan in a demand that the future may bring; gains are over today's venues, there.

    Attributes
    ----------
    value
        Of the plan in the planning model of that outlook.
    best
        Bound: no plan gains more there, in the planning model.
    rank
        Among the plans proposed, by the simulated gain; equal plans share the better rank.
    simulated
        Gain there, under the same residents as the other plans.
    behind
        What the first plan there gains more than this one, paired.
    model_rank
        Among the plans proposed, by the planning model.
    """

    outlook: str
    plan: str
    value: float
    best: float
    rank: int
    simulated: Figure = NO_FIGURE
    behind: Figure = NO_FIGURE
    model_rank: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """Weighted mean gain of a plan over outlooks, as simulated.

    Attributes
    ----------
    behind
        How much worse it is than the first, paired; its interval holds jointly over all plans.
    """

    plan: str
    rank: int
    value: Figure
    behind: Figure


@dataclass(frozen=True, slots=True)
class Ruling:
    """Recommendation by the mean over outlooks, and that under the scenario's own demand.

    Attributes
    ----------
    plan, base
        Labels of the plan recommended, and of the first under the scenario's own demand.
    scores
        Of every plan, the first first; ``today`` among them.
    given_up
        What `base` gains more than `plan` under the scenario's own demand, paired.
    base_gives_up
        How much worse `base` is over the outlooks, paired.
    robust
        Label of the plan made for the outlooks; empty if there is none.
    value, bound, status
        Of its weighted mean gain in the planning models of the outlooks.
    words
        All of that in sentences.
    """

    ruling: Literal["expected"]
    plan: str
    base: str
    scores: tuple[Score, ...]
    given_up: Figure
    base_gives_up: Figure
    robust: str
    value: float
    bound: float
    status: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SitingOutcome:
    """The outcome of `linli site`: everything that is written and drawn.

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
    turns: tuple[SearchTurn, ...]
    unit: str
    guarantee: str
    homes: Homes
    today: View
    after: View
    budget: float
    confidence: float
    unasked: tuple[UnmetWishes, ...] = ()
    gains: tuple[GroupGain, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    prices: tuple[GainPrice, ...] = ()
    frontier: tuple[Point, ...] = ()
    left_out: tuple[LeftOutSite, ...] = ()
    outlooks: tuple[OutlookRank, ...] = ()
    openings: tuple[YearOfMove, ...] = ()
    ruling: Ruling | None = None
    cut: Cut = ""

    @property
    def recommended(self) -> JudgedPlan:
        """The plan of rank 1."""
        return next(p for p in self.plans if p.rank == 1)
