"""What the command line says about judging a timetable; nothing heavy is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.engine import EngineOptions
from sim.cli.exits import UsageProblem
from sim.cli.results import shown

__all__ = ["AGAINST", "JudgeOptions", "judge_options"]

AGAINST = ("first_come", "greedy", "last_season")
"""Rules whose timetables are the others; the first is the baseline."""


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """Whom to judge against, and how often to replicate.

    Parameters
    ----------
    against
        Rules of `allocation.method`, or files of scenarios that have one, each once; the first is
        the baseline.
    """

    against: tuple[str, ...]
    replications: str | None
    seed: str | None
    engine: EngineOptions

    @property
    def paths(self) -> list[str]:
        """Rules and files in words that hold on any machine."""
        return shown([Path(said) for said in self.against])

    @property
    def words(self) -> list[str]:
        """Options as they are typed; `--replications` and `--seed` are said elsewhere."""
        return ["--judge", *(w for p in self.paths for w in ("--against", p))]


def judge_options(
    judge: bool,
    against: list[str] | None,
    replications: str | None,
    seed: str | None,
    engine: EngineOptions,
) -> JudgeOptions | None:
    """Options of judging; None where nothing is judged.

    Raises
    ------
    UsageProblem
        If one is given that plays no part without `--judge`.
    """
    if judge:
        rules = tuple(dict.fromkeys(against or AGAINST))
        return JudgeOptions(rules, replications, seed, engine)
    given = {
        "--against": against,
        "--replications": replications,
        "--seed": seed,
        "--scheduler": engine.scheduler,
        "--store": engine.store,
        "--no-store": engine.no_store,
    }
    idle = [name for name, value in given.items() if value]
    if idle:
        raise UsageProblem(f"{', '.join(idle)}: only with --judge; without it nothing is simulated")
    return None
