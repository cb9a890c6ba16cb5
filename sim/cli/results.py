"""What verbs that write a result folder do alike: the folder, and the words of how it was made."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.cli.exits import UsageProblem
from sim.report.files import REPLACED, ForeignFilesError, ResultFolder

__all__ = ["Begun", "check_out", "common_words", "open_folder", "shown"]


def check_out(out: Path | None) -> None:
    """Refuse the working folder itself as `--out`."""
    if out is not None and str(out) in ("", "."):
        raise UsageProblem("--out: name a folder of its own for the results")


def open_folder(
    folder: Path, guards: tuple[str, ...], replaces: tuple[str, ...] = REPLACED
) -> ResultFolder:
    """A result folder that can be written to and holds nobody else's files of these names."""
    target = ResultFolder(folder, replaces=replaces, guards=guards)
    try:
        target.check()
    except ForeignFilesError as error:
        raise UsageProblem(str(error)) from error
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
