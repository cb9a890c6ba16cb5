"""`linli sensitivity`: its files, the same by one process or two, what is wrong input."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from processes import until

from .commands import check_same_but_for_jobs, files_of, inside, start

sys.path.insert(0, str(Path(__file__).parents[1]))

from sensitivity.towns import doubtful
from siting.small_world import SMALL

FAST = ("--draws", "3", "--replications", "2", "--jobs", "1")


def test_what_it_writes_and_finds_again(tmp_path: Path) -> None:
    name = doubtful(tmp_path).name
    done = inside(tmp_path, "sensitivity", name, *FAST, "--no-charts")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "results" / "sensitivity-run-tiny"
    assert {n for n in files_of(out) if not n.startswith(".")} == {
        "sensitivity.csv", "drivers.csv", "draws.parquet", "data-request.md", "manifest.json",
    }  # fmt: skip
    table = pd.read_csv(out / "sensitivity.csv", encoding="utf-8-sig")
    assert list(table.columns) == [
        "metric", "group", "level", "scenario", "mean", "ci_low", "ci_high",
        "assumption_low", "assumption_high", "draws", "unit",
    ]  # fmt: skip
    draws = pd.read_parquet(out / "draws.parquet")
    assert len(draws) == 3
    assert {"choice.outside", "bicycles", "level", "fitted", "served_share tiny"} <= {*draws}
    assert "no driver is ranked" in done.stdout
    again = inside(tmp_path, "sensitivity", name, *FAST, "--no-charts")
    assert "nothing changed" in again.stderr


def test_a_run_and_a_comparison_find_it(tmp_path: Path) -> None:
    name = doubtful(tmp_path).name
    other = tmp_path / "few.yaml"
    other.write_text(f"extends: {name}\nname: few\npolicy: {{limits: {{active_bookings: 1}}}}\n")
    few = ("--replications", "3", "--jobs", "1", "--no-charts")

    def told(*words: str) -> str:
        done = inside(tmp_path, *words, *few)
        assert done.returncode == 0, done.stderr
        return done.stdout

    plain = told("run", name)
    summary = (tmp_path / "results/tiny/summary.csv").read_bytes()
    for of in (("run", name), ("compare", name, other.name), ("headroom", name)):
        done = inside(tmp_path, "sensitivity", *of[1:], "--of", of[0], *FAST, "--no-charts")
        assert done.returncode == 0, done.stderr
    drawn = told("run", name)
    assert "over assumptions" in drawn
    assert "over assumptions" not in plain
    folder = tmp_path / "results"
    kept = (folder / "tiny/sensitivity.csv").read_bytes()
    assert kept == (folder / "sensitivity-run-tiny/sensitivity.csv").read_bytes()
    assert (folder / "tiny/summary.csv").read_bytes() == summary
    assert "few: too few draws" in told("compare", name, other.name)
    growth = told("headroom", name, "--largest", "2")
    assert "Headroom until 80% are served:" in growth
    assert "draws of the assumptions" in growth
    names = ("sensitivity.csv", "differences.csv", "drivers.csv")
    assert {*names} <= {path.name for path in (folder / "compare-tiny-vs-few").iterdir()}
    assert told("run", name, "--no-store") == plain
    assert not (folder / "tiny/sensitivity.csv").exists()
    wider = "choice.outside={value: -1, source: assumption, range: [-3, 0.5]}"
    assert "over assumptions" not in told("run", name, "--set", wider, "--overwrite")


def test_ranges_are_shown(tmp_path: Path) -> None:
    done = inside(tmp_path, "validate", doubtful(tmp_path).name, "--show-ranges")
    assert done.returncode == 0
    assert "drawn: choice.outside = -1 from -2 to 0.5, uniform" in done.stdout
    assert "(tied: bicycles)" in done.stdout
    assert "held fixed: segments.adult.adopters = 0.2" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed once some draws are kept: the same command asks the others, with the same bytes."""
    asked = ("sensitivity", doubtful(tmp_path).name, "--draws", "24", "--replications", "2")
    words = (*asked, "--no-charts", "--jobs", "1", "--store", "kept", "--out", "killed")
    process = start(tmp_path, *words)
    until(lambda: len([p for p in (tmp_path / "kept").rglob("*") if p.is_file()]) > 4)
    process.kill()
    process.communicate()
    assert not (tmp_path / "killed" / "sensitivity.csv").exists()
    whole = (*asked, "--no-charts", "--jobs", "2", "--no-store", "--out", "whole")
    for again in (words, whole):
        done = inside(tmp_path, *again)
        assert done.returncode == 0, done.stderr
    check_same_but_for_jobs(tmp_path / "killed", tmp_path / "whole", charts=False)


def test_of_plans_and_a_site_finds_it(tmp_path: Path) -> None:
    """Of the plans that `linli site` found; the same search says them, another one does not."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    sets = ("--set", "siting.plans=2", "--set", "siting.turns=1", "--no-charts", "--jobs", "1")

    def site(*more: str) -> str:
        done = inside(tmp_path, "site", "small.yaml", *sets, "--replications", "2", *more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "The ranges show chance only" in site()
    words = ("sensitivity", "small.yaml", "results/small", "--of", "site", *FAST, "--no-charts")
    done = inside(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "results" / "sensitivity-site-small"
    ranks = pd.read_csv(out / "ranks.csv", encoding="utf-8-sig")
    assert list(ranks["draws"].unique()) == [3]
    assert {"plan 1", "today"} <= {*ranks["plan"]}
    assert {"gain plan 1", "lead small"} <= {*pd.read_parquet(out / "draws.parquet")}
    kept = site()
    assert "in 90% of draws of the assumptions" in kept
    assert "is the best plan in" in kept
    assert (tmp_path / "results/small/ranks.csv").read_bytes() == (out / "ranks.csv").read_bytes()
    budget = ("--set", "siting.budget_yuan_per_year=74470", "--overwrite")
    assert "The ranges show chance only" in site(*budget)
