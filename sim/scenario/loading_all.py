"""Several scenarios at once: all that is wrong with any of them is named in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.problems import Problem, ScenarioProblems, Sources

__all__ = ["load_all", "load_under"]


def load_all(
    paths: Sequence[Path],
    *,
    sets: Sequence[str] = (),
    replications: str | None = None,
    seed: str | None = None,
) -> list[Inputs]:
    """Load scenarios in order; see `loading.load`.

    Raises
    ------
    ScenarioProblems
        With all problems of all scenarios; what several inherit from one file is named once.
    """
    found: list[Inputs] = []
    problems: list[Problem] = []
    sources = Sources()
    for path in paths:
        try:
            found.append(load(path, sets=sets, replications=replications, seed=seed))
        except ScenarioProblems as error:
            problems += error.problems
            sources.lines |= error.sources.lines
    if problems:
        raise ScenarioProblems(list(dict.fromkeys(problems)), sources)
    return found


def load_under(
    path: Path,
    rules: Sequence[Path],
    *,
    sets: Sequence[str] = (),
    replications: str | None = None,
    seed: str | None = None,
) -> list[Inputs]:
    """Load a scenario, and the same under the rules of each file; see `loading.load`.

    Raises
    ------
    ScenarioProblems
        With all problems of the scenario; else of all files of rules.
    """
    found = [load(path, sets=sets, replications=replications, seed=seed)]
    problems: list[Problem] = []
    sources = Sources()
    for file in rules:
        try:
            found.append(load(path, sets=sets, replications=replications, seed=seed, rules=file))
        except ScenarioProblems as error:
            problems += error.problems
            sources.lines |= error.sources.lines
    if problems:
        raise ScenarioProblems(problems, sources)
    return found
