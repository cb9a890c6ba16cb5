"""`linli site` on the small siting problem: its files, its words, what it refuses."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from siting.small_world import SMALL, offered, small

from sim.cli.output.progress import silent_libraries
from sim.cli.output.site import SHOWN, effort_words, site_lines, turn_words
from sim.cli.verbs.site import site_identity
from sim.report.site.files import plan_rows
from sim.report.tables import SUMMARY_COLUMNS
from sim.scenario.loading import load
from sim.siting.figures import Figure
from sim.siting.outcome import JudgedPlan
from sim.siting.search.loop import SitingEffort

from .commands import Done, Linli, files_of, inside

WORDS = ("site", "small.yaml", "--jobs", "1", "--replications", "2", "--no-charts")
FEW = ("--set", "siting.plans=2", "--set", "siting.turns=2", "--set", "siting.robust=expected")
COLUMNS = "plan,rank,site,kind,area,cost,value,bound,simulated,ci_low,ci_high"


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """The small problem in a folder of its own."""
    for file in SMALL.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=True)


def _beside(problem: Path, out: Path) -> Path:
    """The problem's folder with the plan's scenario put there, as its comment says."""
    shutil.copy(out / "plan.yaml", problem)
    shutil.copytree(out / "plan", problem / "plan")
    return problem


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """The problem's folder with results in it, not to be changed, and what was said."""
    folder = tmp_path_factory.mktemp("answered")
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    return folder, inside(folder, *WORDS, *FEW, "--json")


def test_files_and_what_they_say(answered: tuple[Path, Done]) -> None:
    """Plans keep to the budget and the floor areas, rank by what was simulated, prove a bound."""
    problem, done = answered
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    left = "2 more budgets, 5 outlooks, what to recommend over them (siting.robust: expected)"
    assert told["notices"][-1] == f"not checked: {left} (--full does)"
    assert told["ruling"] is None
    out = problem / "results" / "small"
    assert (out / "plans.csv").read_bytes().startswith(f"\ufeff{COLUMNS}\n".encode())
    plans = table(out / "plans.csv")
    budget = small().scenario.siting.budget_yuan_per_year  # type: ignore[union-attr]
    by_plan = plans.groupby("plan", sort=False)
    assert (by_plan["cost"].sum() <= budget + 1e-6).all()
    areas = {site.name: site.area_m2 for site in offered().sites}
    used = plans[plans["site"].isin(areas)].groupby(["plan", "site"])["area"].sum()
    assert all(used[key] <= areas[key[1]] + 1e-6 for key in used.index)
    assert (plans["value"] <= plans["bound"] + 1e-6).all()
    planned = load(_beside(problem, out) / "plan.yaml")
    assert planned.tables.venues != small().tables.venues
    first = by_plan.first()
    assert list(first["rank"]) == list(range(1, len(first) + 1))
    assert {"today", "plan 1"} <= set(first.index)
    assert first.loc["today", "simulated"] == 0
    best = first.iloc[0]
    assert told["plan"] == first.index[0]
    assert told["simulated"]["mean"] == pytest.approx(best["simulated"], rel=1e-9)
    assert best["simulated"] == first["simulated"].max()
    solution = json.loads((out / "solution.json").read_text("utf-8"))
    assert solution["bound"] >= solution["value"]
    assert {"value", "bound", "status", "seconds"} <= set(solution)
    gap = abs(solution["bound"] - solution["value"]) / abs(solution["bound"])
    assert solution["gap"] == pytest.approx(gap, abs=1e-6)
    assert (solution["status"] == "optimal") == (gap <= 1e-6)
    assert solution["turns"][0]["difference"] == pytest.approx(
        solution["turns"][0]["simulated"]["mean"] - solution["turns"][0]["estimate"]
    )
    check_summary(table(out / "summary.csv"), first)
    features = json.loads((out / "plan.geojson").read_text("utf-8"))["features"]
    assert {f["geometry"]["type"] for f in features} >= {"Point"}
    again = inside(problem, *WORDS, *FEW)
    assert "nothing changed" in again.stderr
    assert told["plan"] in again.stdout


def check_summary(summary: pd.DataFrame, first: pd.DataFrame) -> None:
    """Gains of groups add up to the gain of all, coverage does not fall where rooms are added."""
    assert tuple(summary.columns) == SUMMARY_COLUMNS
    rows = summary.set_index(["metric", "group", "level"])["mean"].sort_index()
    for label, gain in first["simulated"].items():
        assert rows["gain", "plan", label] == pytest.approx(gain)
    whole = rows["met_gain", "all", "all"]
    for group in ("community", "segment", "kind", "tier", "distance_band"):
        assert rows["met_gain", group].sum() == pytest.approx(whole, abs=1e-6)
    assert whole == pytest.approx(rows["gain_met", "plan", first.index[0]])
    for metric in ("coverage_before", "coverage_after"):
        shares = rows[metric, "kind*limit"]
        assert shares.between(0, 1).all()


@pytest.mark.slow
def test_the_same_whoever_computes(
    answered: tuple[Path, Done], problem: Path, linli: Linli
) -> None:
    """Another run in another folder writes the same plans; the store changes nothing."""
    assert linli(*WORDS, *FEW, "--quiet", "--no-store", "--out", "two").returncode == 0
    one, two = files_of(answered[0] / "results" / "small"), files_of(problem / "two")
    assert set(one) == set(two)
    same = [n for n in one if n not in ("manifest.json", "solution.json")]
    assert {n for n in same if one[n] != two[n]} == set()


def test_what_is_refused(problem: Path, linli: Linli) -> None:
    """A budget of nothing: exit 2, and nothing is written."""
    done = linli(*WORDS, "--set", "siting.budget_yuan_per_year=0")
    assert done.returncode == 2
    assert "siting.budget_yuan_per_year" in done.stderr
    assert not (problem / "results").exists()


@pytest.mark.usefixtures("problem")
def test_money_for_what_is_decided_only(linli: Linli) -> None:
    """Where nothing else is affordable the plan is what is decided, proven the best."""
    sets = ("siting.budget_yuan_per_year=74470", "siting.closable=[]", "siting.conversions=[]")
    done = linli(*WORDS, *(word for text in sets for word in ("--set", text)), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    solved = [row for row in told["plans"] if row["plan"] == "plan 1"]
    assert [round(row["cost"]) for row in solved] == [74467]
    assert {row["plan"] for row in told["plans"]} == {
        "plan 1", "census p-median", "greedy", "today"
    }  # fmt: skip
    assert told["value"] == pytest.approx(told["bound"])


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        ("candidates.csv", "Old Mill", "Old Mill House"),
        ("links.csv", "3000000", "3100000"),
        ("small.yaml", "budget_yuan_per_year: 200000", "budget_yuan_per_year: 200001"),
    ],
)
def test_what_is_asked_anew(problem: Path, file: str, was: str, now: str) -> None:
    """Other candidates, links or money are another question, although no replication changes."""
    before = site_identity(load(problem / "small.yaml"), False, True)
    assert before == site_identity(load(problem / "small.yaml"), False, True)
    assert before != site_identity(load(problem / "small.yaml"), True, True)
    for path in problem.glob("*.csv") if was == "Old Mill" else [problem / file]:
        text = path.read_text("utf-8")
        head, _, rest = text.partition("\n")
        changed = rest.replace(was, now)
        path.write_text(f"{head}\n{changed}", encoding="utf-8")
    assert site_identity(load(problem / "small.yaml"), False, True) != before


def test_a_row_each_time_a_move_is_made() -> None:
    """Two rooms are two rows, so that areas and costs can be summed."""
    moves = offered().moves
    at = next(i for i, m in enumerate(moves) if m.most > 1)
    times = tuple(2 * (i == at) for i in range(len(moves)))
    none = Figure(1.0, 0.0, 2.0, 3)
    plan = JudgedPlan("p", times, offered().cost(times), 5.0, 6.0, "feasible", none, {}, 1)
    rows = list(plan_rows(moves, plan))
    assert len(rows) == 2
    assert sum(row["cost"] for row in rows) == pytest.approx(offered().cost(times).base)
    assert [row["site"] for row in rows] == [moves[at].site] * 2


def test_libraries_write_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """What C code writes to standard output, held back or not, does not reach the reader."""
    library = ctypes.CDLL(None)
    sys.stdout.write("before\n")
    with silent_libraries():
        library.printf(b"from a solver\n")
        os.write(1, b"at once\n")
    library.fflush(None)
    sys.stdout.write("after\n")
    assert capfd.readouterr().out == "before\nafter\n"


GAIN = {"mean": 90.0, "ci_low": 80.0, "ci_high": 100.0}
STEP = {"estimate": 95.0, "simulated": GAIN, "difference": -5.0}


def told(moves: int, listed: int, outlooks: int) -> dict[str, Any]:
    """A result with a step of so many moves, so many moves and outlooks."""
    return {
        "name": "small", "plan": "plan 1", "unit": "person_hours", "budget_yuan_per_year": 9.0,
        "cost_yuan_per_year": {"base": 2.0, "low": 1.0, "high": 3.0}, "simulated": GAIN,
        "nearness": "The plan is the best.", "guarantee": "Best.", "prices": [], "left_out": [],
        "openings": [],
        "turns": [{"turn": 1, **STEP, "near": {"moves": moves, **STEP}}],
        "plans": [{"plan": "plan 1", "rank": 1, "cost": 2.0, "simulated": 90.0, "ci_low": 80.0,
                   "ci_high": 100.0}],
        "moves": [{"times": 1, "move": "hall at Old Mill"}] * listed,
        "outlooks": [{"plan": "plan 1", "rank": 1}] * outlooks,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "end"), [(1, ""), (2, "s")])
def test_one_is_told_in_the_singular(number: int, end: str) -> None:
    lines = site_lines(told(number, SHOWN + number, number))
    assert f"    {number} move{end} from the best so far: estimate 95" in lines[4]
    assert f"  and {number} more move{end}, in plans.csv" in lines
    assert lines[-1].endswith(f"ranks first in {number} of {number} outlook{end}.")


@pytest.mark.parametrize(("number", "end"), [(1, ""), (2, "s")])
def test_turns_and_effort_while_it_works(number: int, end: str) -> None:
    turn = told(number, 1, 1)["turns"][0]
    assert f"; {number} move{end} from the best so far: estimate 95" in turn_words(turn)
    effort = SitingEffort(search=number, judge=20, turns=number, seed=1, confidence=0.95)
    words = f"at most {number} turn{end}, {number} replication{end} of a plan while searching"
    assert effort_words(effort).startswith(words)
    assert effort_words(replace(effort, search=10, turns=3)) == (
        "at most 3 turns, 10 replications of a plan while searching (seed 1), at most 20 with "
        "fresh seeds to judge"
    )
