"""The totals that levels are fitted to, and what explains their noise: cheap control variates.

How many people come to a session on average follows from how many it draws and holds. What matters
is that luck has mean 0, so popularity (two gammas, of the series and of the session) is integrated
to about a thousandth of the places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.arrays import F64, I64
from sim.booking.diaries import draw_off_platform
from sim.booking.policy import open_counter
from sim.booking.requests import Outcome
from sim.demand.plan import expected_wishes
from sim.model import History, Model
from sim.model.requests import no_requests
from sim.points.plan import stock
from sim.programme.process import RoomedSessions, preview_sessions
from sim.programme.sessions import ProgrammeRecord, Status
from sim.scenario.derived.samplers import sampler
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.experiment import Calibration
from sim.scenario.schema.scenario import Scenario
from sim.streams import replication_key

BINS = 120
"""Equally likely popularities that are told apart."""
GRID = np.concatenate([[0.0], np.geomspace(1e-2, 1e4, 240)])
"""Means between which averages over popularity are interpolated."""


class Turnout:
    """Average turnout of sessions of each kind, before no-shows."""

    def __init__(self, scenario: Scenario) -> None:
        self._kinds = list(scenario.activities.kinds.values())
        self._least = scenario.activities.sign_up.at_least
        self._party = np.array([1.0 + _company(kind) for kind in self._kinds])
        self._popular = [_popularity(kind) for kind in self._kinds]
        self._known: dict[tuple[int, int], F64] = {}

    def given(self, mean: F64, kind: I64, capacity: I64) -> F64:
        """(n,) people who come where `mean` would sign up, popularity included."""
        party = self._party[kind]
        return np.asarray(party * _admitted(mean, capacity / party, self._least / party))

    def on_average(self, mean: F64, kind: I64, capacity: I64) -> F64:
        """(n,) the same over all popularities; `mean` is at popularity 1."""
        result = np.zeros(len(mean))
        pairs, where = np.unique(np.stack([kind, capacity]), axis=1, return_inverse=True)
        where = where.ravel()
        order = np.argsort(where, kind="stable")
        cuts = np.searchsorted(where[order], np.arange(pairs.shape[1] + 1))
        for i, (k, seats) in enumerate(pairs.T.tolist()):
            at = order[cuts[i] : cuts[i + 1]]
            result[at] = np.interp(mean[at], GRID, self._table(k, seats))
        return result

    def _table(self, kind: int, capacity: int) -> F64:
        """Turnout over all popularities at the means of the grid."""
        if (kind, capacity) not in self._known:
            popular = self._popular[kind]
            means = (GRID[:, None] * popular).ravel()
            k = np.full(len(means), kind)
            people = self.given(means, k, np.full(len(means), capacity))
            self._known[kind, capacity] = people.reshape(len(GRID), -1).mean(axis=1)
        return self._known[kind, capacity]


def _company(kind: ActivityKind) -> float:
    """Mean number of people brought along."""
    ppf = sampler(kind.company).ppf
    return float(np.rint(ppf((np.arange(1000) + 0.5) / 1000)).mean())


def _popularity(kind: ActivityKind) -> F64:
    """(BINS,) popularity of a session: means of equally likely bins of the product of two gammas.

    Means of bins integrate what is linear exactly, and what bends little between bins nearly.
    """
    product = np.outer(_gamma(kind.popularity_cv), _gamma(kind.session_cv)).ravel()
    return np.asarray(np.sort(product).reshape(BINS, -1).mean(axis=1))


def _gamma(cv: float) -> F64:
    """Means of equally likely bins of a gamma of mean 1."""
    if cv == 0:
        return np.ones(BINS)
    shape = cv**-2
    edges = special.gammaincinv(shape, np.arange(BINS + 1) / BINS)
    below = special.gammainc(shape + 1.0, edges)  # share of the mean that lies below
    return np.asarray(np.diff(below) * BINS)


def _admitted(mean: F64, seats: F64, least: F64) -> F64:
    """E[min(N, seats); N >= least] for N ~ Poisson(mean)."""
    whole = np.floor(seats)
    below = np.where(whole >= 1, special.pdtr(np.maximum(whole - 1.0, 0.0), mean), 0.0)
    above = seats * (1.0 - special.pdtr(whole, mean))
    few = np.where(least >= 2, special.pdtr(np.maximum(np.ceil(least) - 2.0, 0.0), mean), 0.0)
    return np.where(least > seats, 0.0, mean * below + above - mean * few)


class ProgrammePreviews:
    """Sessions and rooms of many replications; what they draw at any level of interest."""

    def __init__(self, model: Model, previews: list[RoomedSessions]) -> None:
        self._turnout = Turnout(model.world.scenario)
        self._kind = np.concatenate([o.kind for o in previews])
        self._capacity = np.concatenate([o.capacity for o in previews])
        self._drawn = np.concatenate([o.drawn for o in previews])
        self._replication = np.repeat(np.arange(len(previews)), [len(o.kind) for o in previews])
        self._n = len(previews)
        self._known: dict[float, F64] = {}

    def at(self, interest: float) -> F64:
        """(n,) people who would come at a level of interest, popularity averaged out."""
        if interest not in self._known:
            people = self._turnout.on_average(interest * self._drawn, self._kind, self._capacity)
            total = np.bincount(self._replication, weights=people, minlength=self._n)
            self._known[interest] = total.astype(np.float64)
        return self._known[interest]


def draw_previews(model: Model, seed: int, number: int) -> ProgrammePreviews:
    """Preview the programmes of replications 0, 1, 2 ... in diaries without bookings."""
    return ProgrammePreviews(
        model, [_preview(model, replication_key(seed, i)) for i in range(number)]
    )


def _preview(model: Model, root: int) -> RoomedSessions:
    taken = draw_off_platform(model.off_platform, root)
    busy = model.off_platform.diaries(taken)
    counter = open_counter(model.rooms, *no_requests(model.plan), busy)
    return preview_sessions(model.programme, root, counter.desk)


PRICES = 1_000_000
"""Points at which the mean log price is integrated."""
_NAMES = ("bookings", "participations", "redemptions")
_LEVELS = ("demand", "activities", "points")


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of one replication.

    Attributes
    ----------
    totals
        (3,) bookings, participations, redemptions of the counting window.
    controls
        (4,) wishes; luck of popularity; sign-ups over their expectation; mean log price of goods.
    """

    totals: F64
    controls: F64


@dataclass(frozen=True, slots=True)
class Targets:
    """Which totals are to be met, by the levels they answer to.

    Attributes
    ----------
    indices
        (k,) of the three totals.
    goals, first
        (k,) totals to be met, levels to begin with.
    others
        (3,) levels that are not fitted.
    """

    indices: I64
    goals: tuple[int, ...]
    first: tuple[float, ...]
    others: F64

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the totals."""
        return tuple(_NAMES[i] for i in self.indices)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Parts of the scenario whose levels they are."""
        return tuple(_LEVELS[i] for i in self.indices)

    def triple(self, levels: F64) -> list[float]:
        """Levels of demand, activities and points."""
        all_three = self.others.copy()
        all_three[self.indices] = levels
        return [float(x) for x in all_three]


def targets_of(model: Model, spec: Calibration) -> Targets:
    """Targets of a calibration for a model; a level given by hand is not fitted."""
    goals, scenario = {0: spec.bookings}, model.world.scenario
    if spec.participations is not None and scenario.activities.level is None:
        goals[1] = spec.participations
    if spec.redemptions is not None and scenario.points.level is None:
        goals[2] = spec.redemptions
    which = np.array(sorted(goals), dtype=np.int64)
    given = 1.0, scenario.activities.level or 1.0, scenario.points.level or 1.0
    others = np.array(given)
    return Targets(
        indices=which,
        goals=tuple(goals[i] for i in sorted(goals)),
        first=tuple(others[which].tolist()),
        others=others,
    )


@dataclass(frozen=True, slots=True)
class Counting:
    """The part of counting that no replication changes."""

    model: Model
    turnout: Turnout


def build_counting(model: Model) -> Counting:
    """Prepare to count the totals of a model, at whatever levels."""
    return Counting(model, Turnout(model.world.scenario))


def measure_totals(counting: Counting, history: History) -> Totals:
    """Totals and controls of a replication."""
    model = counting.model
    inside = model.world.calendar.counts(history.wishes.wished_at)
    booked = history.outcome == Outcome.BOOKED
    luck = surplus = came = 0.0
    if history.programme is not None:
        luck, surplus = _programme_luck(counting, history.programme)
        came = participations(model, history)
    taken = 0 if history.points is None else history.points.redemptions(model.world)
    return Totals(
        totals=np.array([float((booked & inside[history.asked]).sum()), came, float(taken)]),
        controls=np.array([float(inside.sum()), luck, surplus, _prices(model, history.root)]),
    )


def participations(model: Model, history: History) -> float:
    """People who came to sessions that start in the counting window, company included."""
    record, attends = history.programme, history.attends
    if record is None or attends is None:
        return 0.0
    start = np.asarray(record.sessions.start[record.session] * float(model.world.grid))
    inside = attends & model.world.calendar.counts(start)
    return float((1 + record.company[inside]).sum())


def _programme_luck(counting: Counting, record: ProgrammeRecord) -> tuple[float, float]:
    """Turnout added by popularity, and sign-ups over what is expected with it.

    Both have mean 0: popularity is drawn apart from rooms, and sign-ups are Poisson.
    """
    world, turnout = counting.model.world, counting.turnout
    start = np.asarray(record.sessions.start * float(world.grid))
    inside = world.calendar.counts(start) & (record.status != Status.NO_ROOM)
    plain, popular = record.expected[inside], record.sessions.popularity[inside]
    kind, capacity = record.sessions.kind[inside], record.sessions.capacity[inside]
    luck = turnout.given(plain * popular, kind, capacity)
    luck = luck - turnout.on_average(plain, kind, capacity)
    drawn = record.interested[inside].astype(np.float64)
    return float(luck.sum()), float((drawn - plain * popular).sum())


def control_means(model: Model, level: float) -> F64:
    """(4,) exact expectations of the controls at a demand level; all but the first hold at any."""
    per_level = expected_wishes(model.plan).sum() / max(model.plan.volume, 1e-300)
    u = (np.arange(PRICES) + 0.5) / PRICES
    price = np.log(np.maximum(np.rint(model.points.price.ppf(u)), 1.0)).mean()
    return np.array([per_level * level, 0.0, 0.0, price if model.points.spendable else 0.0])


def _prices(model: Model, root: int) -> float:
    """Mean log price of the goods of a replication: dear goods are taken less often."""
    plan = model.points
    if not plan.spendable:
        return 0.0
    return float(np.log(stock(plan.points.goods, plan.price, root).price).mean())
