"""From a scenario's levers to choices: what each sets, costs, excludes and needs."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.advise.rooms import SiteRooms, room_costs, room_problems, with_rooms
from sim.messages import say, titled
from sim.scenario.derived.yearly import Range, annual, ranges_of
from sim.scenario.differences import input_differences
from sim.scenario.inputs import Inputs
from sim.scenario.loading import Reading, read
from sim.scenario.problems import InputProblem, ScenarioProblems, problem_at
from sim.scenario.read.nodes import MappingNode, dotted, find
from sim.scenario.schema.money import Advise

Chosen = frozenset[int]
"""Numbers of the choices that are taken together."""
NOTHING: Chosen = frozenset()


@dataclass(frozen=True, slots=True)
class LeverChoice:
    """A lever at one of its sizes.

    Attributes
    ----------
    settings
        What it sets, dotted key -> value as `--set` takes it.
    rooms
        What it opens at candidate sites.
    cost, once
        Yuan a year (capital annualised, operation, less what it saves), and capital.
    """

    lever: str
    size: str
    settings: dict[str, str]
    rooms: SiteRooms
    cost: Range
    once: Range
    months: float
    reversible: bool

    @property
    def name(self) -> str:
        """Lever and size."""
        return f"{self.lever}: {self.size}"


@dataclass(frozen=True, eq=False)
class Levers:
    """All choices of a scenario.

    Attributes
    ----------
    base
        The scenario with what is fixed: doing nothing.
    sets
        What the command line and fixed levers lay over it.
    fixed_rooms
        What fixed levers open.
    apart
        Pairs of choices of which one bars the other; more are added where two do not hold together.
    needs
        Of a choice, for each lever that it needs, the choices of that lever.
    files
        Laid over the scenario, such as one of `--levers`.
    """

    base: Inputs
    sets: tuple[str, ...]
    fixed_rooms: SiteRooms
    choices: tuple[LeverChoice, ...]
    apart: set[Chosen]
    needs: dict[int, tuple[Chosen, ...]]
    files: tuple[Path, ...] = ()
    _loaded: dict[Chosen, Inputs] = field(default_factory=dict)

    def allowed(self, chosen: Chosen) -> bool:
        """Whether a programme may take these together."""
        pairs = map(frozenset, itertools.combinations(chosen, 2))
        return not any(pair in self.apart for pair in pairs) and all(
            chosen & some for i in chosen for some in self.needs.get(i, ())
        )

    def holds(self, chosen: Chosen) -> bool:
        """Whether a scenario with these is right; pairs that are not are set apart from now on.

        Raises
        ------
        ScenarioProblems
            If it is not although each pair is.
        """
        try:
            self.inputs(chosen)
        except ScenarioProblems:
            pairs = list(map(frozenset, itertools.combinations(sorted(chosen), 2)))
            if chosen in pairs:
                self.apart.add(chosen)
            elif all(self.holds(pair) for pair in pairs):
                raise
            return False
        return True

    def cost(self, chosen: Collection[int]) -> Range:
        """Yuan a year."""
        return Range(0.0, 0.0, 0.0).plus(*(self.choices[i].cost for i in sorted(chosen)))

    def once(self, chosen: Collection[int]) -> float:
        """Capital at the base values."""
        return sum(self.choices[i].once.base for i in chosen)

    def words(self, chosen: Collection[int]) -> str:
        """Names of what is taken."""
        return " + ".join(self.choices[i].name for i in sorted(chosen)) or "do nothing"

    def called(self, lever: str, size: str) -> str:
        """A lever, and its size if it has one, by what the scenario calls them."""
        if lever not in self._written:  # it is none
            return say("choice.none")
        written = self._written[lever]
        name = titled({"label": written["title"]}, lever)
        if not size:
            return name
        return say("choice.name", lever=name, size=titled(written["sizes"][size], size))

    def called_together(self, chosen: Collection[int]) -> str:
        """What is taken, by what the scenario calls it."""
        choices = [self.choices[i] for i in sorted(chosen)]
        return " + ".join(self.called(c.lever, c.size) for c in choices) or say("choice.none")

    @property
    def _written(self) -> Mapping[str, Any]:
        """Levers as the scenario has them."""
        found: Mapping[str, Any] = self.base.resolved["advise"]["levers"]
        return found

    @property
    def labels(self) -> dict[str, Any]:
        """Label of each lever, and of `lever: size`, as the scenario has it; only those it has."""
        found = {name: of["title"] for name, of in self._written.items()}
        found |= {
            f"{name}: {size}": part["label"]
            for name, of in self._written.items()
            for size, part in of["sizes"].items()
        }
        return {name: label for name, label in found.items() if label}

    def settings(self, chosen: Collection[int]) -> dict[str, str]:
        """What these set together."""
        each = (self.choices[i].settings.items() for i in sorted(chosen))
        return dict(itertools.chain.from_iterable(each))

    def rooms(self, chosen: Chosen) -> SiteRooms:
        """What these and fixed levers open; no two of them at one site."""
        return {**self.fixed_rooms, **_rooms([self.choices[i] for i in sorted(chosen)])}

    def beside(self, files: Sequence[Path]) -> Levers:
        """The same choices where these files are laid over the scenario, such as other worlds."""
        if not files:
            return self
        every = (*self.files, *files)
        inputs = read(self.base.path, sets=self.sets, alternatives=every).require_inputs()
        base = with_rooms(inputs, self.fixed_rooms)
        return replace(self, base=base, files=every, _loaded={})

    def instead(self, base: Inputs, sets: Mapping[Chosen, Inputs]) -> Levers:
        """The same choices of which doing nothing and some sets are given."""
        return replace(self, base=base, _loaded=dict(sets))

    def inputs(self, chosen: Chosen) -> Inputs:
        """The scenario with these taken, under a name of its own.

        Raises
        ------
        ScenarioProblems
            If it does not hold together.
        """
        if not chosen:
            return self.base
        if chosen in self._loaded:
            return self._loaded[chosen]
        taken = [f"{key}={value}" for key, value in self.settings(chosen).items()]
        inputs = _with_settings(self.base, self.sets, self.files, taken)
        rooms = self.rooms(chosen) if taken else _rooms([self.choices[i] for i in sorted(chosen)])
        inputs = with_rooms(inputs, rooms)
        scenario = inputs.scenario.model_copy(update={"name": self.words(chosen)})
        self._loaded[chosen] = replace(inputs, scenario=scenario)
        return self._loaded[chosen]


def levers_of(reading: Reading, sets: Sequence[str], files: Sequence[Path] = ()) -> Levers:
    """The levers of a scenario, each loaded once; fixed ones are part of its base.

    Parameters
    ----------
    sets, files
        What the reading has laid over the scenario.

    Raises
    ------
    ScenarioProblems
        With all that is wrong, at the lines of the levers.
    """
    base = reading.require_inputs()
    advise = base.scenario.advise
    assert advise is not None
    every = tuple(_choices(base, advise))
    fixed = tuple(c for c in every if advise.levers[c.lever].fixed)
    problems = [p for choice in every for p in _room_problems(base, choice, reading.merged)]
    problems += _clashes(advise, fixed, reading.merged)
    if not problems and fixed:
        base, bad = _with_fixed(base, sets, files, fixed, reading.merged)
        problems += bad
    if problems:
        raise ScenarioProblems(problems, reading.sources)
    sets = (*sets, *itertools.chain.from_iterable(map(_as_sets, fixed)))
    left = [c for c in every if not any(c is f or _bars(advise, c, f) for f in fixed)]
    choices = tuple(left)
    needs = _needs(advise, choices, {c.lever for c in fixed})
    found = Levers(
        base, tuple(sets), _rooms(fixed), choices, _apart(advise, choices), needs, (*files,)
    )
    for i, choice in enumerate(choices):
        problems += _problems(found, i, choice, reading.merged)
    if problems:
        raise ScenarioProblems(problems, reading.sources)
    return found


def _as_sets(choice: LeverChoice) -> list[str]:
    return [f"{key}={value}" for key, value in choice.settings.items()]


def _rooms(choices: Sequence[LeverChoice]) -> SiteRooms:
    return dict(itertools.chain.from_iterable(choice.rooms.items() for choice in choices))


def _with_settings(
    base: Inputs, sets: Sequence[str], files: Sequence[Path], taken: Sequence[str]
) -> Inputs:
    """The scenario read again, with what levers set."""
    if not taken:
        return base
    again = read(base.path, sets=sets, alternatives=files, lever_settings=taken)
    return again.require_inputs()


def _with_fixed(
    base: Inputs,
    sets: Sequence[str],
    files: Sequence[Path],
    fixed: Sequence[LeverChoice],
    merged: MappingNode,
) -> tuple[Inputs, list[InputProblem]]:
    """The scenario with fixed levers laid over it, still with its levers."""
    taken = list(itertools.chain.from_iterable(map(_as_sets, fixed)))
    try:
        inputs = with_rooms(_with_settings(base, sets, files, taken), _rooms(fixed))
    except ScenarioProblems as error:
        place = find(merged, ("advise", "levers"))[0]
        return base, [
            problem_at(place, "advise.levers", f"with what is fixed, {p.key} is wrong: {p.message}")
            for p in error.problems
        ]
    again = inputs.scenario.model_copy(update={"advise": base.scenario.advise})
    return replace(inputs, scenario=again, provenance=base.provenance), []


def _clashes(
    advise: Advise, fixed: Sequence[LeverChoice], merged: MappingNode
) -> Iterator[InputProblem]:
    """Fixed levers of which one bars the other, or that need one which is not fixed."""
    names = {c.lever for c in fixed}
    for number, choice in enumerate(fixed):
        place = find(merged, ("advise", "levers", choice.lever, "fixed"))[0]
        key = f"advise.levers.{choice.lever}.fixed"
        for other in fixed[:number]:
            if _bars(advise, choice, other):
                message = f"`{choice.lever}` and `{other.lever}` exclude each other, both are fixed"
                yield problem_at(place, key, message)
        for needed in advise.levers[choice.lever].needs:
            if needed not in names:
                yield problem_at(place, key, f"needs `{needed}`, which is not fixed")


def _choices(base: Inputs, advise: Advise) -> Iterator[LeverChoice]:
    ranged = ranges_of(base, "advise")
    rate = ranged("discount_rate", advise.discount_rate)
    for name, lever in advise.levers.items():
        life = ranged(f"levers.{name}.life_years", lever.life_years)
        for size, of in lever.sizes.items():
            key = f"levers.{name}.sizes.{size}"
            once = ranged(f"{key}.once", of.once)
            for_rooms, capital = room_costs(base, of.rooms)
            yearly, saved = (
                ranged(f"{key}.{what}", getattr(of, what)) for what in ("yearly", "saves_yearly")
            )
            yield LeverChoice(
                lever=name,
                size=size,
                settings={k: str(v).lower() if v is True or v is False else str(v)
                          for k, v in of.set.items()},
                rooms=of.rooms,
                cost=annual(once, life, rate).plus(yearly, for_rooms).minus(saved),
                once=once.plus(capital),
                months=lever.months,
                reversible=lever.reversible,
            )  # fmt: skip


def _apart(advise: Advise, choices: Sequence[LeverChoice]) -> set[Chosen]:
    """Pairs of which one bars the other."""
    pairs = itertools.combinations(enumerate(choices), 2)
    return {frozenset((i, j)) for (i, a), (j, b) in pairs if _bars(advise, a, b)}


def _bars(advise: Advise, a: LeverChoice, b: LeverChoice) -> bool:
    """Sizes of one lever, what excludes each other, sets the same key or builds at one site."""
    return (
        a.lever == b.lever
        or b.lever in advise.levers[a.lever].excludes
        or a.lever in advise.levers[b.lever].excludes
        or any(_same_key(x, y) for x in a.settings for y in b.settings)
        or not a.rooms.keys().isdisjoint(b.rooms)
    )


def _same_key(a: str, b: str) -> bool:
    """Whether one key is the other, or holds it."""
    return f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.")


def _needs(
    advise: Advise, choices: Sequence[LeverChoice], fixed: set[str]
) -> dict[int, tuple[Chosen, ...]]:
    of = {
        name: frozenset(i for i, c in enumerate(choices) if c.lever == name)
        for name in advise.levers
    }
    return {
        i: tuple(of[name] for name in advise.levers[c.lever].needs if name not in fixed)
        for i, c in enumerate(choices)
        if not fixed >= set(advise.levers[c.lever].needs)
    }


def _room_problems(
    base: Inputs, choice: LeverChoice, merged: MappingNode
) -> Iterator[InputProblem]:
    """Find rooms that a site cannot have."""
    path = ("advise", "levers", choice.lever, "sizes", choice.size, "rooms")
    for key, message, allowed in room_problems(base, choice.rooms):
        yield problem_at(find(merged, (*path, *key))[0], dotted((*path, *key)), message, allowed)


def _problems(
    levers: Levers, number: int, choice: LeverChoice, merged: MappingNode
) -> Iterator[InputProblem]:
    """Find what is wrong with one choice taken alone."""
    path = ("advise", "levers", choice.lever, "sizes", choice.size, "set")
    try:
        inputs = levers.inputs(frozenset([number]))
    except ScenarioProblems as error:
        for problem in error.problems:
            key = problem.file.removeprefix("--set ").partition("=")[0]
            where = (*path, key) if key in choice.settings else path
            message = problem.message
            if key not in choice.settings:
                message = f"with this, {problem.key} is wrong: {message}"
            place = find(merged, where)[0]
            yield problem_at(place, dotted(where), message, problem.allowed, problem.word)
        return
    if residents := input_differences(inputs, levers.base).residents:
        message = (
            f"changes who wishes what ({', '.join(residents)}): a lever changes supply, access "
            "and rules, so that doing nothing has the same residents"
        )
        yield problem_at(find(merged, path)[0], dotted(path), message)
