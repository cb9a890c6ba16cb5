"""Several scenarios at once: all that is wrong with any of them is named in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.problems import Problem, ScenarioProblems, Sources


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
    return _together(
        partial(load, path, sets=sets, replications=replications, seed=seed) for path in paths
    )


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
    loading = partial(load, path, sets=sets, replications=replications, seed=seed)
    return [loading(), *_together(partial(loading, rules=file) for file in rules)]


def _together(loads: Iterable[Callable[[], Inputs]]) -> list[Inputs]:
    """All of them, or all that is wrong with any, each problem once."""
    found: list[Inputs] = []
    problems: list[Problem] = []
    sources = Sources()
    for loading in loads:
        try:
            found.append(loading())
        except ScenarioProblems as error:
            problems += error.problems
            sources.lines |= error.sources.lines
    if problems:
        raise ScenarioProblems(list(dict.fromkeys(problems)), sources)
    return found
