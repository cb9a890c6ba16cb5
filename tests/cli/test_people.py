"""`--people`: the multiple that so many residents are, to the byte; and what is no such number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import tiny

from .commands import Linli, files_of, scenario

NEIGHBOURHOOD = Path(__file__).resolve().parents[1] / "scenario" / "tiny" / "neighbourhood.yaml"
FAST = ("--jobs", "1", "--no-store", "--replications", "2")


def same_tables(one: Path, two: Path) -> None:
    """All files of two folders are equal but for the manifest, which names the question."""
    a, b = files_of(one), files_of(two)
    assert a.pop("manifest.json") != b.pop("manifest.json")
    assert "summary.csv" in a or "comparison.csv" in a or "headroom.csv" in a
    assert a == b


@pytest.mark.parametrize("people", ["3630", "+330"])
def test_a_run_with_so_many_residents_is_that_multiple(
    tmp_path: Path, linli: Linli, people: str
) -> None:
    """3,300 people live in the compounds of the tiny world; 900 work there and do not count."""
    name, words = scenario(tmp_path), [*FAST, "--no-charts"]
    done = linli("run", name, *words, "--people", people, "--out", "a")
    assert done.returncode == 0, done.stderr
    assert "3,630 residents in place of 3,300" in done.stderr
    assert "(assumed)" in done.stderr
    assert linli("run", name, *words, "--set", "demand.multiplier=1.1", "--out", "b")[0] == 0
    same_tables(tmp_path / "a", tmp_path / "b")
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert manifest["run"]["command"][3:5] == ["--people", people]


def test_sign_ups_and_visits_grow_with_wishes(tmp_path: Path, linli: Linli) -> None:
    words = [*FAST, "--no-charts", "--set", "demand.multiplier=3", "--set", "activities.level=0.5"]
    words += ["--set", "dropin.multiplier=0.25"]
    assert linli("run", str(NEIGHBOURHOOD), *words, "--people", "6600", "--out", "a")[0] == 0
    words = [w.replace("=3", "=6").replace("=0.5", "=1").replace("=0.25", "=0.5") for w in words]
    assert linli("run", str(NEIGHBOURHOOD), *words, "--out", "b")[0] == 0
    same_tables(tmp_path / "a", tmp_path / "b")


def test_a_comparison_has_that_multiple_of_both_and_stays_paired(
    tmp_path: Path, linli: Linli
) -> None:
    name, words = scenario(tmp_path), [*FAST, "--no-charts"]
    parts = tiny().set(name="short", policy__window={"opens_days_ahead": 1})
    both = ["compare", name, str(parts.write(tmp_path / "short")), *words]
    done = linli(*both, "--people", "6600", "--out", "a", "--json")
    assert done.returncode == 0, done.stderr
    assert linli(*both, "--set", "demand.multiplier=2", "--out", "b")[0] == 0
    one, two = (json.loads((tmp_path / f / "manifest.json").read_text("utf-8")) for f in "ab")
    assert (tmp_path / "a" / "comparison.csv").read_bytes() == (
        tmp_path / "b" / "comparison.csv"
    ).read_bytes()
    assert b",yes," in (tmp_path / "a" / "comparison.csv").read_bytes()
    assert one["question"] == {**two["question"], "sets": ["people=6600"]}
    assert "6,600 residents in place of 3,300" in " ".join(json.loads(done.stdout)["notices"])


def test_headroom_goes_up_to_so_many_residents(tmp_path: Path, linli: Linli) -> None:
    name, words = scenario(tmp_path), [*FAST, "--no-charts", "--target", "0.7"]
    done = linli("headroom", name, *words, "--people", "6600", "--out", "a")
    assert done.returncode == 0, done.stderr
    assert "6,600 residents are 2 times today's 3,300" in done.stderr
    assert linli("headroom", name, *words, "--largest", "2", "--out", "b")[0] == 0
    same_tables(tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("many", "must be a number of residents in all, such as 3300, or of those who move"),
        ("3,630", "Did you mean `3630`?"),
        ("１２", "must be a number"),
        ("1.1", "must be a number"),
        ("-3300", "would be 0 residents; tiny has 3,300, and 1 to 3,300,000 are allowed"),
        ("+9999999", "1 to 3,300,000 are allowed"),
    ],
)
def test_what_is_no_number_of_residents_is_refused(
    tmp_path: Path, linli: Linli, people: str, words: str
) -> None:
    for verb in ("run", "headroom"):
        done = linli(verb, scenario(tmp_path), *FAST, "--people", people, "--out", "a")
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
        assert done.stderr.startswith(f"--people {people}: ")
    assert not (tmp_path / "a").exists()


def test_headroom_takes_no_fewer_residents_and_one_limit(tmp_path: Path, linli: Linli) -> None:
    name = scenario(tmp_path)
    assert "no fewer than the 3,300 residents" in linli("headroom", name, "--people", "-1").stderr
    done = linli("headroom", name, "--people", "+1", "--largest", "2")
    assert (done.returncode, done.stderr) == (2, "--largest and --people: one or the other\n")


def test_where_nobody_lives_there_is_nothing_to_count_from(tmp_path: Path, linli: Linli) -> None:
    parts = tiny()
    for origin in parts.tables["origins"]:
        origin["type"] = "workplace"
    done = linli("run", str(parts.write(tmp_path)), "--people", "10")
    assert done.returncode == 2
    assert "tiny has no residents to count from" in done.stderr
