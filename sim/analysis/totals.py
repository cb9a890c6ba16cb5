"""The totals that levels are fitted to, and what explains their noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.turnout import Turnout
from sim.booking.requests import Outcome
from sim.demand.expected import expected_wishes
from sim.model import History, Model
from sim.points.goods import stock
from sim.programme.record import ProgrammeRecord, Status
from sim.scenario.schema.experiment import Calibration

__all__ = [
    "Counting",
    "Targets",
    "Totals",
    "build_counting",
    "control_means",
    "measure_totals",
    "participations",
    "targets_of",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

PRICES = 1_000_000
"""Points at which the mean log price is integrated."""
_NAMES = ("bookings", "participations", "redemptions")
_LEVELS = ("demand", "activities", "points")


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one replication.

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
    which
        (k,) of the three totals.
    goals, first
        (k,) totals to be met, levels to begin with.
    others
        (3,) levels that are not fitted.
    """

    which: I64
    goals: tuple[int, ...]
    first: tuple[float, ...]
    others: F64

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the totals."""
        return tuple(_NAMES[i] for i in self.which)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Parts of the scenario whose levels they are."""
        return tuple(_LEVELS[i] for i in self.which)

    def triple(self, levels: F64) -> list[float]:
        """Levels of demand, activities and points."""
        all_three = self.others.copy()
        all_three[self.which] = levels
        return [float(x) for x in all_three]


def targets_of(model: Model, spec: Calibration) -> Targets:
    """What a calibration asks for of a model; a level given by hand is not fitted."""
    goals, scenario = {0: spec.bookings}, model.world.scenario
    if spec.participations is not None and scenario.activities.level is None:
        goals[1] = spec.participations
    if spec.redemptions is not None and scenario.points.level is None:
        goals[2] = spec.redemptions
    which = np.array(sorted(goals), dtype=np.int64)
    given = 1.0, scenario.activities.level or 1.0, scenario.points.level or 1.0
    others = np.array(given)
    return Targets(
        which=which,
        goals=tuple(goals[i] for i in sorted(goals)),
        first=tuple(others[which].tolist()),
        others=others,
    )


@dataclass(frozen=True, slots=True)
class Counting:
    """What counting needs and no replication changes."""

    model: Model
    turnout: Turnout


def build_counting(model: Model) -> Counting:
    """Prepare to count the totals of a model, at whatever levels."""
    return Counting(model, Turnout(model.world.scenario))


def measure_totals(counting: Counting, history: History) -> Totals:
    """Totals and controls of a replication."""
    model = counting.model
    inside = model.world.calendar.counts(history.wishes.ask)
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
    """What popularity adds to the turnout, and sign-ups over what is expected with it.

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
