"""`startup`: CPU time of `linli --help` and of a verb's against importing the library beneath."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.figures import medians, to_json
from benchmarks.measuring import child_seconds

__all__ = ["linli", "run"]

NAME = "startup"
LIBRARY = "typer"
LONGEST = "allocate"
"""The verb with most options."""


def linli() -> list[str]:
    """Return the installed command, or the same through this Python."""
    for name in ("linli", "linli.exe"):
        installed = Path(sys.executable).parent / name
        if installed.exists():
            return [str(installed)]
    return [sys.executable, "-c", "from sim.cli import main; main()"]


def run(quick: bool) -> list[dict[str, Any]]:
    """Start all in turn; the first start of each, from a cold disk, is left out."""
    help_command, library = [*linli(), "--help"], [sys.executable, "-c", f"import {LIBRARY}"]
    verb_command = [*linli(), LONGEST, "--help"]
    bare = [sys.executable, "-c", "pass"]
    ratios, of_verb, helps, imports, bares = [], [], [], [], []
    for i in range(4 if quick else 12):
        commands = help_command, verb_command, library, bare
        ours, verb, theirs, python = (child_seconds(c)[0] for c in commands)
        if i:
            ratios.append(ours / theirs)
            of_verb.append(verb / theirs)
            helps.append(ours * 1e3)
            imports.append(theirs * 1e3)
            bares.append(python * 1e3)
    bars = {"sense": "at most", "target": 3.0}
    return to_json(
        [
            medians(NAME, f"linli --help over importing {LIBRARY}", ratios, "ratio", **bars),
            medians(NAME, f"linli {LONGEST} --help over the same", of_verb, "ratio", **bars),
            medians(NAME, "linli --help", helps, "CPU ms"),
            medians(NAME, f"importing {LIBRARY}", imports, "CPU ms"),
            medians(NAME, "bare Python, in both", bares, "CPU ms"),
        ]
    )
