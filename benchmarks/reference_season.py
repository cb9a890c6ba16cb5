"""The season's timetables judged, kept under results/reference/allocate-season/, made anew.

First `linli allocate --judge` of the shipped season, written to results/allocate-season/; then
`linli compare` of the scenarios that it leaves, without off-platform use (part of what is assumed
of it may be these very clubs) and at more demand. Search has a time limit, so another machine may
find another timetable of nearly the same worth; the timetables are kept with the rows of the
primary metrics, so that the judgement can be repeated.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from benchmarks.reference_kept import keep_manifest, keep_rows

__all__ = ["FOLDER", "keep_judged", "keep_season", "make_season"]

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "allocate-season"
RUN = Path("results") / FOLDER
KEPT = Path("results") / "reference" / FOLDER
OTHERWISE = {"off-platform-0": "off_platform.share=0", "demand-5": "demand.multiplier=5"}
"""Folder -> what is set."""
SEASON = Path("scenarios") / "allocate-season.yaml"
AGAINST = ("first_come", "greedy", "last_season", "scenarios/allocate/helsinki.yaml",
           "scenarios/allocate/lorenskog.yaml")  # fmt: skip
BASELINE = "allocate-season-first_come"
PRIMARY = ("served_share", "first_choice_share", "met_share")
SETS = (
    "dropin.multiplier=0",  # nobody who drops in asks for a slot
    f"experiment.primary=[{', '.join(PRIMARY)}]",
)
MADE_BY = ("identity", "seed", "versions", "run")


def make_season(replications: int) -> int:
    """Judge the season, then otherwise; status of the first that failed."""
    words = ["allocate", SEASON.as_posix(), "--judge", "--out", RUN.as_posix(), "--overwrite"]
    words += [word for said in AGAINST for word in ("--against", said)]
    status = _linli(words, replications)
    if status:
        return status
    keep_season(ROOT / RUN)
    for folder, what in OTHERWISE.items():
        status = judge_otherwise(folder, what, replications)
        if status:
            return status
    return 0


def keep_season(run: Path) -> None:
    """Keep the timetables, what they hold, and how they were judged."""
    shutil.rmtree(ROOT / KEPT, ignore_errors=True)
    for path in sorted((run / "scenarios").glob("*/*")):
        if path.name in ("scenario.yaml", "timetable.csv"):
            copy = ROOT / KEPT / path.relative_to(run)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for name in ("solution.json", "timetables.csv"):
        shutil.copy(run / name, ROOT / KEPT / name)
    keep_judged(run, "judged.csv", "as-is")


def keep_judged(run: Path, file: str, load: str) -> None:
    """Keep the rows of the primary metrics, and the command."""
    judged = pd.read_csv(run / file)
    keep_rows(judged[judged["metric"].isin(PRIMARY)], ROOT / KEPT / "judged.csv", load)
    keep_manifest(run, ROOT / KEPT / "manifest.json", load, MADE_BY)


def judge_otherwise(folder: str, what: str, replications: int) -> int:
    """Compare the timetables that are kept with one value set otherwise; the exit status."""
    written = sorted((ROOT / KEPT / "scenarios").glob("*/scenario.yaml"))
    words = ["compare", *(p.relative_to(ROOT).as_posix() for p in written)]
    words += ["--baseline", BASELINE, "--set", what, "--out", (RUN / folder).as_posix()]
    words += ["--overwrite"]
    status = _linli(words, replications)
    if not status:
        keep_judged(ROOT / RUN / folder, "comparison.csv", folder)
    return status


def _linli(words: list[str], replications: int) -> int:
    command = [str(Path(sys.executable).parent / "linli"), *words]
    command += ["--replications", str(replications), "--no-charts"]
    command += [word for text in SETS for word in ("--set", text)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
