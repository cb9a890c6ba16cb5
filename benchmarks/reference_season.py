"""The season's timetables judged, kept under results/reference/allocate-season/, made anew.

First `linli allocate --judge` of the shipped season; then `linli compare` of the scenarios that it
leaves, without off-platform use (part of what is assumed of it may be these very clubs) and at more
demand. Search has a time limit, so another machine may find another timetable of nearly the same
worth; the timetables are kept, so that the judgement can be repeated.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["FOLDER", "judge_otherwise", "make_season"]

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "allocate-season"
OUT = Path("results") / "reference" / FOLDER
OTHERWISE = {"off-platform-0": "off_platform.share=0", "demand-5": "demand.multiplier=5"}
"""Folder -> what is set."""
SEASON = Path("scenarios") / "allocate-season.yaml"
AGAINST = ("first_come", "greedy", "last_season", "scenarios/allocate/helsinki.yaml",
           "scenarios/allocate/lorenskog.yaml")  # fmt: skip
BASELINE = "allocate-season-first_come"
SETS = (
    "dropin.multiplier=0",  # nobody who drops in asks for a slot
    "experiment.primary=[served_share, first_choice_share, met_share]",
)
LEFT_OUT = ("calendars", "weeks", "ranking.csv", "reasons.csv", "scenarios/*/manifest.json",
            "scenarios/*/summary.csv", "scenarios/*/outcome.csv", ".linli-files.json")  # fmt: skip
LEFT_OUT_OTHERWISE = ("scenarios", "replications.parquet")


def make_season(replications: int) -> int:
    """Judge the season, then otherwise; status of the first that failed."""
    shutil.rmtree(ROOT / OUT, ignore_errors=True)
    words = ["allocate", SEASON.as_posix(), "--judge", "--out", OUT.as_posix()]
    words += [word for said in AGAINST for word in ("--against", said)]
    status = _linli(words, replications)
    if status:
        return status
    _prune(ROOT / OUT, LEFT_OUT)
    for folder, what in OTHERWISE.items():
        status = judge_otherwise(folder, what, replications)
        if status:
            return status
    return 0


def judge_otherwise(folder: str, what: str, replications: int) -> int:
    """Compare the timetables that are kept with one value set otherwise; the exit status."""
    written = sorted((ROOT / OUT / "scenarios").glob("*/scenario.yaml"))
    words = ["compare", *(p.relative_to(ROOT).as_posix() for p in written)]
    words += ["--baseline", BASELINE, "--set", what, "--out", (OUT / folder).as_posix()]
    words += ["--overwrite"]
    status = _linli(words, replications)
    if not status:
        _prune(ROOT / OUT / folder, (*LEFT_OUT, *LEFT_OUT_OTHERWISE))
    return status


def _linli(words: list[str], replications: int) -> int:
    command = [str(Path(sys.executable).parent / "linli"), *words]
    command += ["--replications", str(replications), "--no-charts"]
    command += [word for text in SETS for word in ("--set", text)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _prune(folder: Path, left_out: tuple[str, ...]) -> None:
    """Leave out what is large or can be made from the rest; tables of the world are shipped."""
    for pattern in left_out:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for key in ("tables", "sources", "files"):
        manifest.pop(key, None)
    path.write_text(f"{json.dumps(manifest, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
