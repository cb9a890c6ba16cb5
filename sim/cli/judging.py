"""`linli allocate --judge`: the timetable in the simulation, against those of other rules."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from optimise.slots.solution import Solution
from sim.cli.engine import engine_block, replicating
from sim.cli.exits import UsageProblem
from sim.cli.options import refuse_unknown
from sim.report.season.files import write_timetable
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.notices import NO_ROWS
from sim.scenario.schema.season import Method
from sim.season.methods import (
    METHODS,
    NO_CLUBS,
    CountedDates,
    ProposedTimetable,
    Rival,
    counted_in,
    method_of,
    no_clubs,
    with_method,
)
from sim.season.plan import SeasonProblem
from sim.season.reading import ReadSeason
from sim.studies.compare import ComparisonRuns, compare_scenarios

if TYPE_CHECKING:
    from sim.cli.verbs.allocate import JudgeOptions

Search = Callable[[SeasonProblem], Solution]


@dataclass(frozen=True, slots=True)
class Entrant:
    """A timetable and the scenario in which it is simulated."""

    proposal: ProposedTimetable
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class SeasonJudgement:
    """Findings of the simulation.

    Parameters
    ----------
    proposals
        The season's own first, no clubs last; `compared` is of them, in this order.
    used
        Who computed.
    """

    proposals: tuple[ProposedTimetable, ...]
    compared: ComparisonRuns
    used: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judging:
    """A season that is going to be judged, before anything is searched for.

    Parameters
    ----------
    rivals
        The season under the rules that it is judged against, the baseline's first; its own rule
        may be among them.
    nobody
        No clubs.
    """

    path: Path
    sets: tuple[str, ...]
    options: JudgeOptions
    counted: CountedDates
    rivals: tuple[Rival, ...]
    nobody: Entrant

    @property
    def against(self) -> list[tuple[str, str]]:
        """The rules that decide the other timetables, each by name and method."""
        return [(r.rule, r.plan.allocation.method.model_dump_json()) for r in self.rivals]

    def notices(self, season: ReadSeason) -> list[str]:
        """Notices on what is counted, and on what is simulated."""
        inputs, known = self.nobody.inputs, season.inputs.notices
        notices = [self.counted.words(season.inputs.scenario)]
        if inputs.kept_level and not season.inputs.kept_level:
            notices.append(
                f"the level {inputs.level:g} of demand was fitted for other dates and is kept: "
                "this is a what-if"
            )
        left_out = {*known, inputs.kept_level, NO_ROWS}
        return notices + [n for n in inputs.notices if n not in left_out]

    def others(self, own: SeasonProblem, search: Search) -> list[Entrant]:
        """Timetables of the other rules, made before the season's own may take its time.

        Raises
        ------
        ScenarioProblems
            If they cannot be simulated.
        """
        rest = [rival for rival in self.rivals if rival.plan is not own]
        return [self.entrant(rival.proposal(search(rival.plan))) for rival in rest]

    def entrant(self, proposal: ProposedTimetable) -> Entrant:
        """Load the scenario with a timetable as its blocks."""
        return _entrant(self.path, self.sets, self.counted, self.options, proposal)

    def simulate(self, own: ProposedTimetable, others: Sequence[Entrant]) -> SeasonJudgement:
        """Replicate the scenario with every timetable, and without clubs."""
        entrants = (self.entrant(own), *others, self.nobody)
        proposals = tuple(one.proposal for one in entrants)
        base = next(i for i, p in enumerate(proposals) if p.plan is self.rivals[0].plan)
        with replicating(self.options.common) as engine:
            compared = compare_scenarios([one.inputs for one in entrants], base, engine)
            used = engine_block(engine)
        return SeasonJudgement(proposals, compared, used)


def begin(path: Path, season: ReadSeason, sets: Sequence[str], options: JudgeOptions) -> Judging:
    """Check all that can be checked before a timetable is made.

    Raises
    ------
    UsageProblem
        If a rule is not known or needs more than its name, or sessions lie off the slot grid.
    ScenarioProblems
        If the scenario cannot be simulated.
    """
    plan, grid = season.plan, season.inputs.scenario.grid_minutes
    step = plan.problem.season.step
    if step % grid:
        raise UsageProblem(
            f"--judge: sessions start every {step} minutes, slots of the simulation every {grid}: "
            "`grid_minutes` must divide `allocation.grid_minutes`"
        )
    rivals = tuple(_rival(plan, said) for said in options.against)
    _check_names([*(r.rule for r in rivals if r.plan is not plan), plan.allocation.method.rule])
    counted = counted_in(season.inputs.scenario)
    nobody = _entrant(path, sets, counted, options, no_clubs(plan))
    return Judging(path, tuple(sets), options, counted, rivals, nobody)


def _check_names(rules: Sequence[str]) -> None:
    """Rules are called apart, also from no clubs: scenarios are called after them."""
    for number, rule in enumerate(rules):
        if rule in (*rules[:number], NO_CLUBS):
            raise UsageProblem(f"--against: two timetables would be called `{rule}`")


def _rival(plan: SeasonProblem, against: str) -> Rival:
    """The season under a rule by its name, or under the method of a scenario's file."""
    if against.endswith((".yaml", ".yml")):
        other = load(against, need_level=False).scenario
        if other.allocation is None:
            raise UsageProblem(f"--against {against}: has no `allocation`, so no method")
        found, name = other.allocation.method, other.name
    else:
        found, name = _by_name(against), against
    mine = with_method(plan, found)
    return Rival(plan.allocation.method.rule if mine is plan else name, mine)


def _by_name(rule: str) -> Method:
    refuse_unknown("--against", rule, METHODS, ", or a scenario's file")
    try:
        return method_of(rule)
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, e["loc"][1:])) for e in error.errors())
        raise UsageProblem(
            f"--against {rule}: this rule has to be told more ({keys}): name the file of a "
            "scenario that has it as its method"
        ) from error


def _entrant(
    path: Path,
    sets: Sequence[str],
    counted: CountedDates,
    options: JudgeOptions,
    proposal: ProposedTimetable,
) -> Entrant:
    name = json.dumps(proposal.label, ensure_ascii=False)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        inputs = load(
            path,
            sets=[*sets, *counted.sets, f"name={name}"],
            replications=options.common.replications,
            seed=options.common.seed,
            blocks=write_timetable(Path(folder), proposal.found),
        )
    return Entrant(proposal, inputs)
