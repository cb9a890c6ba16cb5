"""What the command line says about judging a timetable; nothing heavy is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.cli.options.common import Options

AGAINST = ("first_come", "greedy", "last_season")
"""Rules whose timetables are the others; the first is the baseline."""


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """The rules to judge against, and the number of replications.

    Parameters
    ----------
    against
        Rules of `allocation.method`, or files of scenarios that have one, each once; the first is
        the baseline.
    common
        What all verbs are told.
    """

    against: tuple[str, ...]
    common: Options

    @property
    def words(self) -> list[str]:
        """The options as typed, in words that hold on any machine, without the common ones."""
        paths = [Path(text) for text in self.against]
        rules = [p.name if p.is_absolute() else p.as_posix() for p in paths]
        return ["--judge", *(word for rule in rules for word in ("--against", rule))]


def judge_options(judge: bool, against: list[str] | None, options: Options) -> JudgeOptions | None:
    """Options of judging; None where nothing is judged.

    Raises
    ------
    UsageProblem
        If one is given that plays no part without `--judge`.
    """
    if judge:
        return JudgeOptions(tuple(dict.fromkeys(against or AGAINST)), options)
    given = {
        "--against": against,
        "--replications": options.replications,
        "--seed": options.seed,
        "--scheduler": options.scheduler,
        "--store": options.store,
        "--no-store": options.no_store,
    }
    idle = [name for name, value in given.items() if value]
    if idle:
        raise UsageProblem(f"{', '.join(idle)}: only with --judge; without it nothing is simulated")
    return None
