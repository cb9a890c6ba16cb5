"""The answer to a question in one joint draw of the assumptions.

A draw is fitted again before it is asked. On the same replications as the scenario itself, whose
levels were fitted to the totals, a draw's totals are to be what the scenario's are: what is luck in
these replications is in both, so few of them tell the levels. A draw depends on no other one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import brentq

from sim.arrays import F64
from sim.booking.requests import Outcome
from sim.demand.plan import expected_wishes
from sim.experiment.key import demand_key
from sim.experiment.study import Codec, Recipe, Study
from sim.measure.collector import Collector
from sim.measure.groups import build_groups
from sim.measure.service import add_service
from sim.model import History, LastDemand, Model, build_model, simulate
from sim.scenario.draws import Dimension, patched, point
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import SiteAim
from sim.sensitivity.plans import WorthMeter
from sim.streams import replication_key
from sim.studies.totals import draw_previews, participations

METRICS = ("served_share", "met_share", "asked_share", "first_choice_share")
GROUPS = ("all", "peak", "tier", "zone", "kind", "segment")
LOOKS = (1, 4)
"""Replications of the first rounds after which a level is left whose bookings are not near.
Of participations so few say nothing: luck moves those of four by 5 %, known expectations by 2."""
NEAR = 0.5
"""In tolerances: how near they must come, as the other replications have luck of their own."""
CLEAR = 0.1
"""Log of a level's step from which its total's answer is believed."""
PREVIEWS = 2
"""Programmes by which the level of activities is guessed."""
ROUNDS = 7
COME = 0.05
"""How near participations must come: a tenth more moves no share of wishes by 0.01 points."""
LEAST, MOST = 0.2, 1.2
"""Answers of a total to its level that are believed, in logs."""
Line = tuple[str, str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """One combination of alternatives: the scenario that was fitted, and those asked about.

    Attributes
    ----------
    owner
        At the demand of today; None: the level is given by hand.
    """

    owner: Inputs | None
    asked: tuple[Inputs, ...]


@dataclass(frozen=True, eq=False)
class SensitivityQuestion:
    """What is asked in every draw.

    Attributes
    ----------
    dimensions
        What a draw decides.
    cases
        Choices among alternatives -> scenarios.
    replications
        Of each scenario in every draw.
    shared
        Index of the scenario asked about that is the one that was fitted; -1: none is.
    goal
        Bookings that the scenario itself is fitted to.
    base
        The same question without a draw; None while that is asked.
    aim
        By which plans are judged against the first, today's; None: shares of wishes are asked for.
    """

    dimensions: tuple[Dimension, ...]
    cases: Mapping[tuple[int, ...], Case]
    replications: int
    seed: int
    shared: int
    goal: int
    base: DrawAnswer | None = None
    aim: SiteAim | None = None

    @property
    def digest(self) -> str:
        """Hash of all that decides the answers."""
        cases = [
            [key, [i.input_hash for i in (*case.asked, *([case.owner] if case.owner else []))]]
            for key, case in sorted(self.cases.items())
        ]
        ranges = [
            [p.key, p.value, p.low, p.high, p.distribution]
            for case in self.cases.values()
            for inputs in case.asked
            for p in inputs.provenance
            if p.low is not None
        ]
        dimensions = [[d.name, d.keys, len(d.files)] for d in self.dimensions]
        aim = None if self.aim is None else self.aim.model_dump()
        parts = [cases, ranges, dimensions, self.replications, self.base is None, aim]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def study(self) -> Study[DrawAnswer]:
        """The draws as a study: its replications are the draws."""
        recipe: Recipe[None, DrawAnswer] = Recipe(
            _nothing, _no_measure, codec=_CODEC, beside=self.digest, whole=partial(answer, self)
        )
        return Study(next(iter(self.cases.values())).asked[0], recipe, self.seed)


@dataclass(frozen=True, eq=False, slots=True)
class DrawAnswer:
    """What one draw says.

    Attributes
    ----------
    fit
        Levels of demand and of activities; gaps (log) of bookings and participations; rounds.
    counts
        (replications, 3) wishes, bookings, participations of the fitted scenario as it is today;
        where it is not a draw a last row has the wishes to be expected at level 1, 0, and people
        whom a few programmes draw.
    values
        (scenarios, replications, 2, lines) numerators and denominators.
    lines
        Metric, group and level of each.
    """

    fit: F64
    counts: F64
    values: F64
    lines: tuple[Line, ...]

    @property
    def reached(self) -> bool:
        """Whether the totals are met."""
        return bool(np.isfinite(self.fit).all())


def at_present(inputs: Inputs) -> Inputs:
    """The scenario at the demand of today, with which totals are compared; its level stays."""
    scenario = inputs.scenario
    demand = scenario.demand.model_copy(update={"multiplier": 1.0})
    activities = scenario.activities.model_copy(update={"multiplier": 1.0})
    data = {part: {**inputs.resolved[part], "multiplier": 1.0} for part in ("demand", "activities")}
    now = scenario.model_copy(update={"demand": demand, "activities": activities})
    return replace(inputs, scenario=now, resolved={**inputs.resolved, **data})


def answer(question: SensitivityQuestion, number: int) -> DrawAnswer:
    """Fit a draw, and ask it; the scenario itself is not fitted again."""
    at: dict[str, float] = {}
    chosen: tuple[int, ...] = next(iter(question.cases))
    if question.base is not None:
        row = point(len(question.dimensions), question.seed, number)
        pairs = list(zip(question.dimensions, row.tolist(), strict=True))
        at = {key: u for dimension, u in pairs for key in dimension.keys}
        chosen = tuple(d.choice(u) for d, u in pairs if d.files)
    case = question.cases[chosen]
    asked = case.asked
    values: dict[int, F64] = {}
    lines: tuple[Line, ...] = ()
    fit, counts = np.array([asked[0].level, asked[0].interest, 0.0, 0.0, 0.0]), np.empty((0, 3))
    if case.owner is not None:
        fitting = _Fitting(patched(case.owner, at), question)
        fit, counts = fitting.fitted()
        if question.shared >= 0:
            values[question.shared], lines = fitting.values, fitting.lines
    level, interest = float(fit[0]), float(fit[1])
    rest = [i for i in range(len(asked)) if i not in values]
    if rest and np.isfinite(fit).all():
        drawn = (patched(asked[i], at) for i in rest)
        others = [replace(inputs, level=level, interest=interest) for inputs in drawn]
        found, lines = _ask(others, question)
        values |= dict(zip(rest, found, strict=True))
    if len(values) < len(asked):
        assert question.base is not None
        lines = question.base.lines
        empty = np.full((question.replications, 2, len(lines)), np.nan)
        values |= {i: empty for i in range(len(asked)) if i not in values}
    return DrawAnswer(fit, counts, np.stack([values[i] for i in range(len(asked))]), lines)


def _ask(
    scenarios: Sequence[Inputs], question: SensitivityQuestion
) -> tuple[list[F64], tuple[Line, ...]]:
    """Replicate scenarios side by side; those with the same residents share their wishes."""
    models, aim, seed = [build_model(one) for one in scenarios], question.aim, question.seed
    meters: list[WorthMeter | _Meter] = [
        WorthMeter(model, models[0], aim) if aim else _Meter(model) for model in models
    ]
    keys = [
        (demand_key(inputs), model.plan.tried, model.world.calendar.n_days)
        for inputs, model in zip(scenarios, models, strict=True)
    ]
    alike = sorted(range(len(models)), key=keys.__getitem__)  # the wishes drawn last are kept
    last = LastDemand()
    found: list[list[F64]] = [[] for _ in meters]
    for number in range(question.replications):
        root = replication_key(seed, number)
        for i in alike:
            model = models[i]
            demand = last.of(model.plan, root, keys[i][0])
            history = simulate(model, seed, number, dropin=False, points=False, demand=demand)
            found[i].append(meters[i].measure(history))
    values = [np.stack(mine) for mine in found]
    if aim is not None:  # gains over today, paired in each replication
        today = values[0][:, 0].copy()
        for plan in values:
            plan[:, 0] -= today
    return values, meters[0].lines


class _Meter:
    """Measures the figures of wishes; which ones is noted at the first replication."""

    def __init__(self, model: Model) -> None:
        self.model, self.lines = model, tuple[Line, ...]()
        self._groups = build_groups(model)

    def measure(self, history: History) -> F64:
        """(2, lines) numerators and denominators."""
        out = Collector()
        add_service(out, self.model, self._groups, history)
        at = [i for i, r in enumerate(out.rows) if r.metric in METRICS and r.group in GROUPS]
        rows = [out.rows[i] for i in at]
        self.lines = tuple((r.metric, r.group, level) for r in rows for level in r.levels)
        return np.stack([np.concatenate([of[i] for i in at]) for of in (out.top, out.bottom)])


class _Fitting:
    """Levels at which a draw has the totals that the scenario itself has in these replications."""

    def __init__(self, owner: Inputs, question: SensitivityQuestion) -> None:
        self._question, self._seed = question, question.seed
        self._model = build_model(owner)
        self._owner = owner
        self._groups = build_groups(self._model)
        plan = self._model.plan
        self._per_level = float(expected_wishes(plan).sum()) / max(plan.volume, 1e-300)
        self.values: F64 = np.empty(0)
        self.lines: tuple[Line, ...] = ()
        spec, scenario = owner.scenario.calibration, owner.scenario
        assert spec is not None
        self._goal, self._tolerance = spec.bookings, spec.tolerance
        self._people = spec.participations is not None and scenario.activities.level is None

    def fitted(self) -> tuple[F64, F64]:
        """Levels, gaps and rounds, and the counts behind them; NaN gaps where it is in vain."""
        levels = np.log([self._owner.level, self._owner.interest])
        n, base = self._question.replications, self._question.base
        if base is None:
            counts = self._simulate(levels, 0, n)
            known = [[self._per_level, 0.0, self._turnout()]]
            return np.array([*np.exp(levels), 0.0, 0.0, 0.0]), np.concatenate([counts, known])
        levels += self._guess(base)
        answers = np.array([0.98, 0.7])
        before: tuple[F64, F64] | None = None
        for number in range(1, ROUNDS + 1):
            counts = np.empty((0, 3))
            for last in (*(look for look in LOOKS[number - 1 : number] if look < n), n):
                counts = np.concatenate([counts, self._simulate(levels, len(counts), last)])
                gaps = self._gaps(levels, counts, base)
                if not self._far(gaps) <= (NEAR if len(counts) < n else 1.0):
                    break
            if len(counts) == n and self._far(gaps) <= 1.0:
                return np.array([*np.exp(levels), *gaps, number]), counts
            if not np.isfinite(gaps).all():
                break
            if before is not None:
                moved, closed = levels - before[0], before[1] - gaps
                clear = np.abs(moved) > CLEAR
                seen = np.divide(closed, moved, out=np.ones(2), where=clear)
                answers = np.where(clear, np.clip(seen, LEAST, MOST), answers)
            before = levels, gaps
            levels = levels + np.clip(gaps / answers, -1.0, 1.0)
        return np.array([*np.exp(levels), math.nan, math.nan, ROUNDS]), counts

    def _guess(self, base: DrawAnswer) -> F64:
        """Steps of the levels that known expectations ask for: of wishes, and of turnouts."""
        wishes = math.log(base.counts[-1, 0] / self._per_level)
        if not self._people:
            return np.array([wishes, 0.0])
        previews = draw_previews(self._model, self._seed, PREVIEWS)
        start = math.log(self._owner.interest)
        shows = 1.0 - self._owner.scenario.activities.sign_up.no_show

        def lack(step: float) -> float:
            drawn = previews.at(math.exp(start + step)).sum() * shows
            return math.log(max(drawn, 1e-9) / base.counts[-1, 2])

        ends = lack(-3.0), lack(3.0)
        people = brentq(lack, -3.0, 3.0, xtol=1e-4) if ends[0] < 0 < ends[1] else 0.0
        return np.array([wishes, people])

    def _turnout(self) -> float:
        """People whom sessions of a few programmes draw at the level given."""
        if not self._people:
            return 0.0
        drawn = draw_previews(self._model, self._seed, PREVIEWS).at(self._owner.interest).sum()
        return float(drawn * (1.0 - self._owner.scenario.activities.sign_up.no_show))

    def _far(self, gaps: F64) -> float:
        """Gaps in tolerances, the largest."""
        return float(np.max(np.abs(gaps) / [self._tolerance, COME]))

    def _gaps(self, levels: F64, counts: F64, base: DrawAnswer) -> F64:
        """Logs of what is lacking: bookings by their share of wishes, whose number is known."""
        theirs = base.counts[: len(counts)]
        wishes, bookings, came = counts.sum(axis=0)
        expected = bookings / wishes * self._per_level * math.exp(levels[0])
        known = base.counts[-1, 0] * float(base.fit[0])
        like = theirs[:, 1].sum() / theirs[:, 0].sum() * known
        with np.errstate(divide="ignore", invalid="ignore"):
            lack = np.log(like / expected) + math.log(self._goal / self._question.goal)
            whole = self._people and len(counts) == self._question.replications
            people = np.log(theirs[:, 2].sum() / came) if whole else 0.0
        return np.array([lack, people])

    def _simulate(self, levels: F64, first: int, last: int) -> F64:
        """(replications, 3) counts; what is measured is kept, from the first replication on."""
        level, interest = np.exp(levels).tolist()
        meter = _Meter(self._model.at_level(level, interest))
        counts, values = [], []
        for number in range(first, last):
            history = simulate(meter.model, self._seed, number, dropin=False, points=False)
            inside = meter.model.world.calendar.counts(history.wishes.wished_at)
            booked = (history.outcome == Outcome.BOOKED) & inside[history.asked]
            came = participations(meter.model, history)
            counts.append([float(inside.sum()), float(booked.sum()), came])
            values.append(meter.measure(history))
        fresh = np.stack(values)
        self.values = fresh if first == 0 else np.concatenate([self.values, fresh])
        self.lines = meter.lines
        return np.array(counts)


def _nothing(model: Model) -> None:
    del model


def _no_measure(nothing: None, history: History) -> DrawAnswer:
    raise NotImplementedError("a draw is answered as a whole")


def _pack(answered: DrawAnswer) -> bytes:
    head = json.dumps(
        [answered.lines, [a.shape for a in (answered.fit, answered.counts, answered.values)]],
        ensure_ascii=False,
    ).encode()
    parts = (answered.fit, answered.counts, answered.values)
    body = b"".join(np.ascontiguousarray(part, dtype="<f8").tobytes() for part in parts)
    return len(head).to_bytes(8, "little") + head + body


def _unpack(content: bytes) -> DrawAnswer:
    end = 8 + int.from_bytes(content[:8], "little")
    lines, shapes = json.loads(content[8:end])
    flat = np.frombuffer(content[end:], dtype="<f8").astype(np.float64)
    cuts = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    fit, counts, values = (
        part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes, strict=True)
    )
    return DrawAnswer(fit, counts, values, tuple((m, g, v) for m, g, v in lines))


def _no_names(names: object) -> bytes:
    raise NotImplementedError("an answer names its lines itself")


_CODEC: Codec[DrawAnswer] = Codec(_pack, _unpack, _no_names, _no_names)
