"""Every verb in Chinese on tiny worlds: no Latin word but names, keys, files and options."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from advise.towns import crowded, lever
from builders import tiny
from log.logs import window_log, write_log
from own_data.files import BOOKING, BOOKING_HEAD, HEAD, ROW, csv_file
from sensitivity.towns import doubtful
from siting.small_world import SMALL

from sim.model import build_model
from sim.scenario.loading import load

from .commands import inside
from .test_allocate import rivals

SAID_AS_IT_IS = re.compile(
    r"`[^`]*`|--[a-z-]+|[\w./-]*\.(csv|yaml|html|xlsx|md|png|svg|toml)\b|results/[\w./-]+|"
    r"\b[a-z_]+\.[a-z_.]+(=\S+)?|\blinli [a-z]+( [\w./-]+)*|\(seed|"
    r"[0-9a-f]{16}|）：.*$"
)
"""Keys, options, files and commands."""
NAMES = frozenset(
    re.findall(
        r"[A-Za-z]+",
        "tiny linli clubs small town house home centre lever longer adult elder room activity art "
        "court hall badminton A world for tests North South one two all plain Old Mill bicycles "
        "uniform venues bookings cangqian Corner Shop Court Grand Hall Room slot SCIP in OR-Tools "
        "CP-SAT HiGHS grid minutes person Pine Cellar",
    )
)
FEW = ("--jobs", "1", "--replications", "2")


SITE = (
    "site", "small.yaml", "--no-charts", "--set", "siting.plans=2", "--set", "siting.turns=2",
)  # fmt: skip
VENUE = tiny().tables["venues"][0]["venue"]


def _tiny(folder: Path) -> None:
    tiny().set(experiment__replications=2).write(folder)


def _with_log(folder: Path) -> None:
    _tiny(folder)
    write_log(window_log(build_model(load(folder / "test.yaml")), 1), folder / "log.csv")


def _season(folder: Path) -> None:
    rivals(folder)


def _small(folder: Path) -> None:
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)


def _own(folder: Path) -> None:
    csv_file(folder / "venues.csv", HEAD, ROW)
    csv_file(folder / "bookings.csv", BOOKING_HEAD, BOOKING)


def _run(folder: Path) -> None:
    _tiny(folder)
    assert inside(folder, "run", "test.yaml", "--no-charts", "--jobs", "1").returncode == 0


def _two(folder: Path) -> None:
    _tiny(folder)
    (folder / "test.yaml").rename(folder / "town.yaml")
    tiny().set(name="town", experiment__replications=2).write(folder)


def _levers(folder: Path) -> None:
    crowded(longer=lever({"opening.close": "15:00"}, 100, title="延长开放")).write(folder)


ASKED: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "run": (_tiny, ("run", "test.yaml", "--no-charts", *FEW)),
    "compare": (_two, ("compare", "test.yaml", "town.yaml", "--no-charts", *FEW)),
    "headroom": (_tiny, ("headroom", "test.yaml", "--largest", "2", "--no-charts", *FEW)),
    "sensitivity": (doubtful, ("sensitivity", "test.yaml", "--draws", "4", "--no-charts", *FEW)),
    "advise": (_levers, ("advise", "test.yaml", "--budget", "200", "--no-charts", *FEW)),
    "allocate": (_season, ("allocate", "test.yaml", "--no-charts", "--jobs", "1", "--why", "r0")),
    "allocate --judge": (
        _season, ("allocate", "test.yaml", "--no-charts", "--judge", *FEW, "--against", "greedy"),
    ),
    "site": (_small, (*SITE, *FEW)),
    "validate": (_tiny, ("validate", "test.yaml", "--sources")),
    "validate --show-ranges": (doubtful, ("validate", "test.yaml", "--show-ranges")),
    "check": (_with_log, ("check", "test.yaml", "--log", "log.csv", "--no-charts", *FEW)),
    "calibrate": (doubtful, ("calibrate", "test.yaml", "--set", "calibration.tolerance=0.1")),
    "calibrate --log": (_with_log, ("calibrate", "test.yaml", "--log", "log.csv")),
    "explain": (_run, ("explain", "results/tiny", "--request", "refused")),
    "explain --venue": (_run, ("explain", "results/tiny", "--venue", VENUE)),
    "world": (_own, ("world", "cangqian", "--out", "town")),
    "import": (_own, ("import", "venues.csv", "bookings.csv", "--out", "town")),
}  # fmt: skip


@pytest.mark.parametrize("verb", ASKED)
def test_a_verb_says_nothing_in_english(verb: str, tmp_path: Path) -> None:
    make, words = ASKED[verb]
    make(tmp_path)
    done = inside(tmp_path, *words, "--language", "zh")
    assert done.returncode == 0 or verb == "calibrate", done.stderr
    assert re.search(r"[\u4e00-\u9fff]", done.stdout + done.stderr)
    for line in (done.stdout + done.stderr).splitlines():
        left = SAID_AS_IT_IS.sub("", line)
        assert set(re.findall(r"[A-Za-z]{2,}", left)) <= NAMES, line
