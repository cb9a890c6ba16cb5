"""What every verb promises: wrong input is refused, and processes change no byte of results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import tiny
from sensitivity.towns import doubtful

from .commands import check_same_but_for_jobs, files_of, inside
from .test_allocate import rivals
from .test_judge import busy

VARIANTS = {
    "short": "policy: {window: {opens_days_ahead: 1}}",
    "offers": "policy: {overflow: {other_venues: 3, shift_minutes: 120}}",
    "wrong": "policy: {windoww: {opens_days_ahead: 1}}",
}


def town(folder: Path) -> None:
    """The tiny world, crowded, and scenarios that differ from it in one thing each."""
    tiny().set(demand__multiplier=10).write(folder)
    for name, text in VARIANTS.items():
        (folder / f"{name}.yaml").write_text(f"extends: test.yaml\nname: {name}\n{text}\n", "utf-8")
    (folder / "twin.yaml").write_text("extends: test.yaml\nname: short\n", "utf-8")
    (folder / "same.yaml").write_text(f"name: tiny\n{VARIANTS['short']}\n", "utf-8")
    (folder / "ruleless.yaml").write_text("name: ruleless\n", "utf-8")


def judged(folder: Path) -> None:
    """A season that residents fill, and scenarios to judge its timetable against."""
    busy(folder)
    same = "extends: test.yaml\nname: optimised\nallocation: {method: {rule: greedy}}\n"
    (folder / "same.yaml").write_text(same, encoding="utf-8")
    (folder / "bare.yaml").write_text("extends: cangqian\nname: bare\n", encoding="utf-8")


SMALL = "test.yaml short.yaml offers.yaml"
WRONG: dict[str, tuple[Callable[[Path], object], tuple[tuple[str, str], ...]]] = {
    "": (town, (("walk test.yaml", "walk"),)),
    "run": (
        town,
        (
            ("", "SCENARIO"),
            ("absent.yaml", "absent.yaml"),
            ("test.yaml --set demand.multiplyer=2", "multiplier"),
            ("test.yaml --set demand.multiplier=-1", "demand.multiplier"),
            ("test.yaml --engine carrier-pigeon", "engine"),
            ("test.yaml --engine dask", "--scheduler"),
            ("test.yaml --scheduler tcp://127.0.0.1:1", "--engine dask"),
            ("test.yaml --store here --no-store", "--no-store"),
            ("test.yaml --replications 0", "replications"),
            ("test.yaml --jobs 0", "jobs"),
            ("test.yaml --no-such-option", "no-such-option"),
            ("test.yaml --charts all", "--charts all: allowed: main, none"),
        ),
    ),
    "validate": (
        town,
        (
            ("test.yaml absent.yaml", "absent.yaml"),
            ("test.yaml --set demand.multiplyer=2", "multiplier"),
        ),
    ),
    "calibrate": (town, (("", "SCENARIO"), ("test.yaml", "calibration"))),
    "compare": (
        town,
        (
            (f"{SMALL} --baseline ofers", "Did you mean `offers`?"),
            (f"{SMALL} --baseline tiny.yaml", "Did you mean `tiny`?"),
            ("test.yaml short.yaml twin.yaml", "short.yaml and twin.yaml are both called"),
            ("test.yaml", "at least two"),
            ("test.yaml absent.yaml", "absent.yaml"),
            (f"{SMALL} --set demand.multiplyer=2", "multiplier"),
            (f"{SMALL} --replications 0", "replications"),
            (f"{SMALL} --out .", "--out"),
            (f"{SMALL} --set experiment.primary=[a]", "served_share"),
        ),
    ),
    "headroom": (
        town,
        (
            ("absent.yaml", "absent.yaml"),
            ("test.yaml --target 1.2", "--target 1.2"),
            ("test.yaml --target 0%", "--target 0%"),
            ("test.yaml --target many", "0.8 or 80%"),
            ("test.yaml --target 0", "--target 0"),
            ("test.yaml --target 95", "Did you mean `95%` or `0.95`?"),
            ("test.yaml --target nan", "--target nan"),
            ("test.yaml --largest 0.5", "--largest"),
            ("test.yaml --largest nan", "--largest"),
            ("test.yaml --policy absent.yaml", "absent.yaml"),
            ("test.yaml --policy ruleless.yaml", "ruleless.yaml"),
            ("test.yaml --policy wrong.yaml", "wrong.yaml:3:"),
            ("test.yaml --policy same.yaml", "tiny"),
            ("test.yaml --set demand.multiplyer=2", "multiplier"),
            ("test.yaml --set choice.outside=90 --no-store --largest 2", "nobody asks"),
        ),
    ),
    "sensitivity": (
        doubtful,
        (
            ("test.yaml --of sites", "--of sites: allowed: run, compare"),
            ("test.yaml --of compare", "at least two scenarios"),
            ("test.yaml --of site", "the folder that `linli site` wrote"),
            ("test.yaml --replications 1", "at least 2"),
            ("test.yaml --set off_platform.share=9", "off_platform.share"),
        ),
    ),
    "site": (town, (("test.yaml", "test.yaml: no `siting` in it"),)),
    "advise": (town, (("test.yaml --budget 1", "test.yaml: no `advise` in it"),)),
    "check": (town, (("test.yaml", "test.yaml: names no log"),)),
    "allocate": (
        rivals,
        (
            ("test.yaml --time-limit 0", "--time-limit 0: must be above 0 seconds"),
            ("test.yaml --keep nothing.csv", "--keep nothing.csv: no such file"),
            ("test.yaml --out .", "--out: name a folder of its own"),
            ("test.yaml --replications 3 --seed 2", "--replications, --seed: only with --judge"),
            ("test.yaml --against greedy", "--against: only with --judge"),
        ),
    ),
    "allocate test.yaml --judge": (
        judged,
        (
            ("--against first_com", "--against first_com: allowed: optimised, "),
            ("--against first_com", "Did you mean `first_come`?"),
            ("--against priority_order", "has to be told more (classes, daytime, "),
            ("--against gone.yaml", "gone.yaml:1:1: no such file"),
            ("--against bare.yaml", "--against bare.yaml: has no `allocation`"),
            ("--against same.yaml", "two timetables would be called `optimised`"),
            ("--replications 0", "--replications 0: must be 1 or larger"),
            ("--engine dask", "--engine dask: needs --scheduler"),
        ),
    ),
}
"""Verb -> what writes its scenarios; what is wrong, and what is said of it."""


@pytest.mark.parametrize("verb", WRONG)
def test_wrong_input_is_status_2(verb: str, tmp_path: Path) -> None:
    """A message that names what is wrong, no traceback, nothing printed, written or run."""
    make, cases = WRONG[verb]
    make(tmp_path)
    before = set(files_of(tmp_path))
    for words, said in cases:
        done = inside(tmp_path, *verb.split(), *words.split())
        assert done.returncode == 2, words
        assert not done.stdout or verb == "validate"
        assert said in done.stderr, words
        assert "Traceback" not in done.stderr
        assert set(files_of(tmp_path)) == before, words


FEW = "--replications 3"
ASKED: dict[str, tuple[Callable[[Path], object], str]] = {
    "run": (town, f"run test.yaml --requests {FEW}"),
    "compare": (town, f"compare {SMALL} {FEW}"),
    "headroom": (town, f"headroom test.yaml --largest 2 --target 0.8 {FEW}"),
    "sensitivity": (doubtful, "sensitivity test.yaml --draws 3 --replications 2"),
}


@pytest.mark.parametrize(
    ("verb", "charts"),
    [
        ("run", False),
        *(pytest.param(verb, True, marks=pytest.mark.slow) for verb in ASKED),
        pytest.param("compare", False, marks=pytest.mark.slow),
    ],
)
def test_the_same_bytes_with_one_or_two_processes(verb: str, charts: bool, tmp_path: Path) -> None:
    """All files are equal but for the block `run` of the manifest; with --quiet nothing is said."""
    make, words = ASKED[verb]
    make(tmp_path)
    shown = () if charts else ("--no-charts",)
    for out, jobs in (("a", "1"), ("b", "2")):
        more = ("--out", out, "--jobs", jobs, "--no-store", "--quiet", *shown)
        done = inside(tmp_path, *words.split(), *more)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    check_same_but_for_jobs(tmp_path / "a", tmp_path / "b", charts=charts)
