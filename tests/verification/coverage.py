"""Do intervals cover? Many small experiments with known answers, through the rules that users get.

An experiment draws what replications of a tiny model would have yielded, asks the model's own rule
when to stop, and looks whether the interval then holds the truth. The random numbers of the i-th
experiment of a kind follow from the hash of its name and i.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom
from stats.crossing_models import Nested, solve

from sim.scenario.schema.experiment import Precision
from sim.stats.fairness import worst_share
from sim.stats.intervals import Interval, Intervals, amount_intervals, share_intervals
from sim.stats.selection import KimNelson
from sim.stats.stopping import StoppingRule
from sim.studies.headroom import plan_for
from sim.studies.recipe import ReplicationValues
from sim.studies.side_by_side import Primary, SideBySide, contrast

from .exact.diaries import slot_day
from .model_coverage import SLOTS, model_trial

F64 = npt.NDArray[np.float64]
CAP = 200
"""Replications at most, as by default."""
Pair = tuple[F64, F64]
Trial = Callable[[np.random.Generator], tuple[bool, int]]
"""Random numbers -> (whether the answer was right, replications used)."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A kind of experiment.

    Attributes
    ----------
    asked
        Probability of a right answer that is promised.
    number, few
        Experiments of the full check, and of the one for every day, if it has one.
    band
        Smallest and largest share of right answers allowed of 4,000; of fewer not significantly
        less than the smallest (`too_few`). None: not significantly fewer than promised.
    """

    name: str
    words: str
    trial: Trial
    asked: float = 0.95
    number: int = 4000
    few: int | None = 100
    band: tuple[float, float] | None = (0.93, 0.97)


@dataclass(frozen=True, slots=True)
class Covered:
    """Right answers of so many experiments, and replications used on average."""

    right: int
    number: int
    replications: float

    @property
    def share(self) -> float:
        return self.right / self.number


def covered(experiment: Experiment, number: int) -> Covered:
    """Run the first `number` experiments of a kind."""
    digest = hashlib.sha256(experiment.name.encode()).digest()
    root = int.from_bytes(digest[:8], "big")
    of = [experiment.trial(np.random.default_rng([root, i])) for i in range(number)]
    right, used = zip(*of, strict=True)
    return Covered(sum(right), number, float(np.mean(used)))


def too_few(found: Covered, asked: float, chance: float = 1e-3) -> bool:
    """Whether so few right answers have a smaller chance than this if the promise holds: exact."""
    return float(binom.cdf(found.right, found.number, asked)) < chance


def stopped(part: F64, whole: F64, precision: float) -> tuple[Interval, int]:
    """Interval of a share when the rule stops: those of the first 1, 2, ... replications at once.

    `test_stopped_is_what_the_rule_does` holds this against the rule itself.
    """
    rule = StoppingRule(precision, at_most=len(part))
    used = np.arange(len(part))[:, None] <= np.arange(len(part))
    got = METHODS["used"](part[:, None] * used, whole[:, None] * used)
    small = np.nan_to_num(got.half_width, nan=np.inf) <= precision
    held = np.lib.stride_tricks.sliding_window_view(small, rule.look_ahead + 1).all(axis=1)
    enough = np.flatnonzero(held[rule.minimum - 1 :])
    n = int(enough[0]) + rule.minimum + rule.look_ahead if len(enough) else len(part)
    return got[n - 1], n


METHODS: dict[str, Callable[[F64, F64], Intervals]] = {"used": share_intervals}
"""The method that experiments use; a test puts Student's t in its place."""


def requests_trial(
    draw: Callable[[np.random.Generator], Pair], truth: float, precision: float
) -> Trial:
    """(part, whole) of CAP replications, until the share is known to `precision`."""

    def trial(rng: np.random.Generator) -> tuple[bool, int]:
        got, n = stopped(*draw(rng), precision)
        return got.low <= truth <= got.high, n

    return trial


def share_trial(share: float, requests: float, precision: float, spread: float = 0.0) -> Trial:
    """Served of Poisson requests; the share itself is beta from replication to replication.

    `spread` is the standard deviation of that beta. Given the requests the ratio has mean `share`.
    """
    size = share * (1 - share) / spread**2 - 1 if spread else 0.0

    def draw(rng: np.random.Generator) -> Pair:
        whole = np.maximum(rng.poisson(requests, CAP), 1)
        chance = rng.beta(share * size, (1 - share) * size, CAP) if spread else share
        return rng.binomial(whole, chance).astype(float), whole.astype(float)

    return requests_trial(draw, share, precision)


def slots_trial(load: float, days: int, precision: float) -> Trial:
    """Share served of Poisson requests for a day's ten slots, over so many days."""

    def draw(rng: np.random.Generator) -> Pair:
        requests = rng.poisson(load, (CAP, days))
        served = np.minimum(requests, SLOTS).sum(axis=1)
        return served.astype(float), requests.sum(axis=1).astype(float)

    return requests_trial(draw, 1 - slot_day(load, SLOTS).unmet, precision)


def clusters_trial(rng: np.random.Generator) -> tuple[bool, int]:
    """1 % of 400 requests refused on average; the rate is exponential over replications."""
    whole = rng.poisson(400.0, CAP).astype(float)
    part = np.minimum(rng.poisson(4.0 * rng.exponential(1.0, CAP)), whole)
    got, n = stopped(part, whole, 0.002)
    return got.low <= 0.01 <= got.high, n


def amount_trial(draw: Callable[[np.random.Generator], F64], truth: float) -> Trial:
    """Mean of an amount that is never negative, over as many replications as are drawn."""

    def trial(rng: np.random.Generator) -> tuple[bool, int]:
        values = draw(rng)
        got = amount_intervals(values[:, None], np.ones((len(values), 1)))[0]
        return got.low <= truth <= got.high, len(values)

    return trial


def refusals(load: float, replications: int) -> Trial:
    """Refused requests of a week, a number: ten slots a day."""

    def draw(rng: np.random.Generator) -> F64:
        requests = rng.poisson(load, (replications, 7))
        return np.maximum(requests - SLOTS, 0).sum(axis=1).astype(float)

    return amount_trial(draw, 7 * load * slot_day(load, SLOTS).unmet)


def worst_group_trial(rng: np.random.Generator) -> tuple[bool, int]:
    """Four groups of 60 requests, served alike or nearly, and the share of the worst."""
    shares = np.array([0.90, 0.90, 0.91, 0.95])
    whole = np.maximum(rng.poisson(60, (20, 4)), 1)
    found = worst_share(rng.binomial(whole, shares), whole)
    assert found is not None
    return found[1].low <= shares.min() <= found[1].high, 20


def paired_trial(base: float, gain: float, requests: float, precision: float) -> Trial:
    """Two policies, the same requests: the second serves those of the first and some more.

    Days differ (the share served is normal with standard deviation 0.03), which pairing cancels.
    """
    primary = Primary(["served_share"])
    primary.shares = np.array([True])
    spec = Precision(precision=precision, at_most=CAP)

    def trial(rng: np.random.Generator) -> tuple[bool, int]:
        whole = np.maximum(rng.poisson(requests, CAP), 1)
        chance = np.clip(base + 0.03 * rng.normal(size=CAP), 0, 1 - gain)
        served = rng.binomial(whole, chance)
        more = served + rng.binomial(whole - served, gain / (1 - base))
        truth = gain * float(1 - np.clip(base + 0.03 * NODES, 0, 1 - gain) @ WEIGHTS) / (1 - base)
        of = np.array([[served, whole], [more, whole]], dtype=np.float64)
        rule = SideBySide([True, True], 0, spec, primary)
        results = [
            [ReplicationValues(of[i, :, r : r + 1], None) for r in range(CAP)] for i in (0, 1)
        ]
        n = next(k for k in range(5, CAP + 1) if not rule.wanted([one[:k] for one in results]))
        got = contrast(
            (of[1, 0, :n, None], of[1, 1, :n, None]),
            (of[0, 0, :n, None], of[0, 1, :n, None]),
            0.95,
            paired=True,
            family=None,
            shares=primary.shares,
        )
        return bool(got.low[0] <= truth <= got.high[0]), n

    return trial


NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
"""Mean over a standard normal variable by Gauss and Hermite's quadrature."""


def crossing_trial(rng: np.random.Generator) -> tuple[bool, int]:
    """20 requests a unit of demand, 60 places: where the expected share falls below 0.8."""
    plan = plan_for(16.0)
    seed = int(rng.integers(2**32))
    model = Nested(rate=20, room=60, replications=10, groups=1, largest=16, seed=seed)
    (got,) = solve(model, np.array([0.8]), 10, plan=plan).crossings()
    low = got.ci_low is None or got.ci_low <= CROSSES
    return low and (got.ci_high is None or got.ci_high >= CROSSES), 10


CROSSES = Nested(rate=20, room=60, replications=1, groups=1, largest=1, seed=1).crossing(0.8)


def selection_trial(delta: float) -> Trial:
    """Five policies of which one serves 0.01 more than all others: the hardest case for KN."""

    def trial(rng: np.random.Generator) -> tuple[bool, int]:
        procedure = KimNelson(5, delta, 0.95)
        while not procedure.finished:
            day = 0.02 * float(rng.normal())
            chance = np.clip(np.array([0.88, 0.88, 0.89, 0.88, 0.88]) + day, 0, 1)
            procedure.add(rng.binomial(400, chance) / 400)
        got = procedure.result()
        return got.best == 2, got.n

    return trial


EXPERIMENTS = [
    Experiment("share", "share 0.8 of 60 requests", share_trial(0.8, 60, 0.02)),
    Experiment(
        "share-days",
        "share 0.8 of 400 requests, days differ (sd 0.05)",
        share_trial(0.8, 400, 0.02, 0.05),
    ),
    Experiment("share-near-0", "share 0.005 of 400 requests", share_trial(0.005, 400, 0.001)),
    Experiment(
        "share-near-1", "share 0.995 of 400 requests", share_trial(0.995, 400, 0.001), few=None
    ),
    Experiment(
        "model",
        "share of requests served in a simulated town (ten slots a day)",
        model_trial,
        number=1000,
        few=None,
    ),
    Experiment(
        "short-runs",
        "the same for a week, drawn: half of all weeks refuse fewer than 3 requests",
        slots_trial(8.0, 7, 0.02),
    ),
    Experiment(
        "long-runs", "the same for a month with 6 requests a day", slots_trial(6.0, 30, 0.005)
    ),
    Experiment(
        "rare-refusals",
        "a week with 6 requests a day: one refusal in two weeks",
        slots_trial(6.0, 7, 0.01),
    ),
    Experiment(
        "rarest-refusals",
        "a week with 5 requests a day: one refusal in 6 weeks",
        slots_trial(5.0, 7, 0.005),
        band=None,
    ),
    Experiment(
        "clusters",
        "share 0.01 refused, varying between replications by as much as it is",
        clusters_trial,
    ),
    Experiment("worst-group", "share of the worst of four groups", worst_group_trial, band=None),
    Experiment("count", "refusals of a week, 10 replications", refusals(8.0, 10)),
    Experiment(
        "count-rare",
        "refusals of a week, one in two, 20 replications",
        refusals(6.0, 20),
        band=None,
    ),
    Experiment(
        "mean",
        "mean of a normal amount, 10 replications",
        amount_trial(lambda rng: rng.normal(0.5, 0.05, 10), 0.5),
    ),
    Experiment(
        "skewed-mean",
        "mean of a skewed amount (gamma, cv 0.5), 10 replications",
        amount_trial(lambda rng: rng.gamma(4, 0.25, 10), 1.0),
    ),
    Experiment(
        "paired",
        "paired difference of two shares",
        paired_trial(0.85, 0.02, 200, 0.004),
        few=80,
    ),
    Experiment(
        "crossing",
        "headroom: where a share falls below 0.8",
        crossing_trial,
        number=1000,
        few=None,
        band=None,
    ),
    Experiment(
        "selection",
        "best of five policies (Kim and Nelson)",
        selection_trial(0.01),
        number=1000,
        few=None,
        band=None,
    ),
]
