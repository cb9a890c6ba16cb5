"""What verbs that write a result folder do alike: the folder, and the words of how it was made."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.cli.exits import UsageProblem
from sim.report.files import LAST, REPLACED, ForeignFilesError, ResultFolder
from sim.scenario.inputs import Inputs

__all__ = ["Begun", "Question", "check_out", "common_words", "open_folder", "shown"]


def check_out(out: Path | None) -> None:
    """Refuse the working folder itself as `--out`."""
    if out is not None and str(out) in ("", "."):
        raise UsageProblem("--out: name a folder of its own for the results")


EFFORT = ("experiment.", "allocation.time_limit_seconds", "siting.time_limit_seconds", "title")
"""Keys of how hard to look, and of words: with another value the question is the same."""


@dataclass(frozen=True, slots=True)
class Question:
    """What results are an answer to, as far as it decides whether they may be replaced.

    A scenario edited under its name, more replications, another seed or other charts ask the same
    question again; another verb, other scenarios, another baseline or another `--set` ask a new
    one.

    Attributes
    ----------
    verb
        Such as `compare`.
    scenarios
        Names, the baseline's (or only one's) first.
    sets
        What `--set` changed.
    """

    verb: str
    scenarios: tuple[str, ...]
    sets: tuple[str, ...] = ()

    @classmethod
    def of(cls, verb: str, scenarios: Sequence[Inputs], base: int = 0) -> Question:
        """The question that a verb asks of scenarios; the order of all but the first is nothing."""
        names = [inputs.scenario.name for inputs in scenarios]
        first = names.pop(base)
        sets = tuple(t for t in scenarios[base].changed if not t.startswith(EFFORT))
        return cls(verb, (first, *sorted(names)), sets)

    @property
    def record(self) -> dict[str, Any]:
        """As it is noted in a manifest."""
        return {"verb": self.verb, "scenarios": list(self.scenarios), "sets": list(self.sets)}

    def check(self, folder: Path) -> None:
        """Refuse to replace the answer to another question.

        Raises
        ------
        UsageProblem
            If the folder holds one.
        """
        try:
            noted = json.loads((folder / LAST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        there = noted.get("question") if isinstance(noted, Mapping) else None
        if there == self.record:
            return
        held = _asked(there) if isinstance(there, Mapping) else "results of another question"
        raise UsageProblem(
            f"{folder}: holds {held}, not {_asked(self.record)}. Give another --out, or "
            "--overwrite to replace them."
        )


def _asked(record: Mapping[str, Any]) -> str:
    """A question in words."""
    sets = "".join(f" --set {text}" for text in record["sets"])
    return f"results of `linli {record['verb']}` for {', '.join(record['scenarios'])}{sets}"


def open_folder(
    folder: Path,
    guards: tuple[str, ...],
    question: Question,
    replaces: tuple[str, ...] = REPLACED,
    *,
    overwrite: bool,
) -> ResultFolder:
    """A result folder that can be written to and holds no files that must stay.

    Raises
    ------
    UsageProblem
        If it holds files of these names that linli did not write, or, unless they may be
        overwritten, the results of another question.
    """
    target = ResultFolder(folder, replaces=None if overwrite else replaces, guards=guards)
    try:
        target.check()
    except ForeignFilesError as error:
        raise UsageProblem(str(error)) from error
    if not overwrite:
        question.check(folder)
    return target


@dataclass(frozen=True, slots=True)
class Begun:
    """When the work began."""

    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    clock: float = field(default_factory=time.perf_counter)

    def block(self, command: Sequence[str], used: Mapping[str, Any]) -> dict[str, Any]:
        """Block `run` of a manifest: command, times, engine; no part of the same-bytes promise."""
        return {
            "command": list(command),
            "began": self.at.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - self.clock, 2),
            **used,
            "platform": platform.platform(terse=True),
        }


def shown(paths: Sequence[Path]) -> list[str]:
    """Paths in words that hold on any machine: absolute ones by their file name."""
    return [p.name if p.is_absolute() else p.as_posix() for p in paths]


def common_words(sets: Sequence[str], replications: str | None, seed: str | None) -> list[str]:
    """Options that most verbs have, as they were typed."""
    words = [word for text in sets for word in ("--set", text)]
    for name, value in (("--replications", replications), ("--seed", seed)):
        words += [name, value] if value is not None else []
    return words
