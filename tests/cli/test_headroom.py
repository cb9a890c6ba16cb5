"""`linli headroom`: what it writes, what it says, what it keeps, and what is wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.verbs.headroom import _shares

from .commands import Linli, check_same_but_for_jobs, files_of, inside, scenario

FAST = ("--no-charts", "--jobs", "1", "--largest", "2", "--replications", "3")
COLUMNS = ["group", "level", "target", "multiplier", "ci_low", "ci_high", "n"]
SHORT = "policy:\n  window: {opens_days_ahead: 1}\n"


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def test_what_it_writes(tmp_path: Path, linli: Linli) -> None:
    """The fixed columns, by group, with its curves, a manifest and words about what breaks."""
    words = [*FAST, "--no-store", "--target", "0.7", "--target", "0.01"]
    done = linli("headroom", scenario(tmp_path), *words)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "results" / "headroom-tiny"
    assert {n for n in files_of(out) if not n.startswith(".")} == {
        "headroom.csv", "curves.csv", "manifest.json",
    }  # fmt: skip
    assert (out / "headroom.csv").read_bytes().startswith(b"\xef\xbb\xbfgroup,level,target,")
    rows = table(out / "headroom.csv")
    assert list(rows.columns) == COLUMNS
    assert list(dict.fromkeys(rows["group"])) == ["all", "peak", "tier", "zone", "kind"]
    assert set(rows[rows["group"] == "zone"]["level"]) == {"North", "South"}
    assert set(rows["target"]) == {0.7, 0.01}
    assert set(rows["n"]) == {3}
    never = rows[rows["target"] == 0.01]
    assert never["multiplier"].isna().all()
    assert never["ci_high"].isna().all()
    assert (never["ci_low"] == 2).all()
    crossed = rows.dropna(subset="multiplier")
    low, high = crossed["ci_low"].fillna(0), crossed["ci_high"].fillna(np.inf)  # empty: open
    assert np.isfinite(high[low > 0]).any()
    assert (low <= crossed["multiplier"]).all()
    assert (crossed["multiplier"] <= high).all()
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["kind"], manifest["name"]) == ("headroom", "tiny")
    assert manifest["multipliers"]["tiny"][-1] == 2
    assert "below 70 %" in done.stdout
    assert "show chance only" in done.stdout


@pytest.mark.slow
def test_same_bytes_whatever_the_jobs_and_the_store(tmp_path: Path) -> None:
    """One process or two: equal but for the block `run`."""
    name = scenario(tmp_path)
    for out, jobs in (("a", "1"), ("b", "2")):
        words = ["--jobs", jobs, "--no-store", "--quiet", "--out", out, "--replications", "3"]
        done = inside(tmp_path, "headroom", name, *words, "--largest", "2", "--target", "0.8")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    check_same_but_for_jobs(tmp_path / "a", tmp_path / "b", charts=True)
    assert {f"charts/headroom_{c}.{e}" for c in ("curve", "breaks_first") for e in
            ("png", "svg", "csv")} <= set(files_of(tmp_path / "a"))  # fmt: skip


def test_a_second_call_takes_all_from_the_store(tmp_path: Path) -> None:
    """Also with another target: the same multipliers are there; and nothing where all is."""
    words = ["headroom", scenario(tmp_path), *FAST, "--target", "0.7"]
    assert inside(tmp_path, *words, "--out", "a").returncode == 0
    assert inside(tmp_path, *words, "--out", "b").returncode == 0
    runs = [json.loads((tmp_path / f / "manifest.json").read_text("utf-8"))["run"] for f in "ab"]
    assert runs[0]["computed"] > 0
    assert (runs[1]["computed"], runs[1]["from_store"]) == (0, runs[0]["computed"])
    again = inside(tmp_path, *words, "--out", "b")
    assert "nothing changed" in again.stderr


def test_policies_stand_beside_the_scenario(tmp_path: Path) -> None:
    """A file's rules over the scenario: a folder of its own; its other keys are not looked at."""
    name = scenario(tmp_path)
    (tmp_path / "short.yaml").write_text(SHORT, "utf-8")
    words = ["headroom", name, *FAST, "--target", "0.7", "--json", "--policy", "short.yaml"]
    done = inside(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    out = tmp_path / "results" / "headroom-tiny"
    other = table(out / "scenarios" / "short" / "headroom.csv")
    assert list(other.columns) == COLUMNS
    inner = json.loads((out / "scenarios/short/manifest.json").read_text("utf-8"))
    assert inner["scenario"]["policy"]["window"]["opens_days_ahead"] == 1
    assert inner["scenario"]["title"] == "A tiny world for tests"
    assert list(answer["policies"]) == ["short"]
    assert len(answer["headroom"]) == len(table(out / "headroom.csv"))
    assert answer["first"]["0.7"]
    alone = inside(tmp_path, *words[:-2], "--out", "alone")
    assert alone.returncode == 0
    same = (tmp_path / "alone" / "headroom.csv").read_bytes()
    assert same == (out / "headroom.csv").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["absent.yaml"], "absent.yaml"),
        (["test.yaml", "--target", "1.2"], "--target 1.2"),
        (["test.yaml", "--target", "0%"], "--target 0%"),
        (["test.yaml", "--target", "many"], "0.8 or 80%"),
        (["test.yaml", "--target", "0"], "--target 0"),
        (["test.yaml", "--target", "95"], "Did you mean `95%` or `0.95`?"),
        (["test.yaml", "--target", "nan"], "--target nan"),
        (["test.yaml", "--target", "most"], "--target most"),
        (["test.yaml", "--largest", "0.5"], "--largest"),
        (["test.yaml", "--largest", "nan"], "--largest"),
        (["test.yaml", "--policy", "absent.yaml"], "absent.yaml"),
        (["test.yaml", "--policy", "ruleless.yaml"], "ruleless.yaml"),
        (["test.yaml", "--policy", "wrong.yaml"], "wrong.yaml:2:"),
        (["test.yaml", "--policy", "twin.yaml"], "tiny"),
        (["test.yaml", "--set", "demand.multiplyer=2"], "multiplier"),
        (["test.yaml", "--set", "choice.outside=90", "--no-store"], "nobody asks"),
    ],
    ids=lambda w: " ".join(w) if isinstance(w, list) else "",
)
def test_wrong_input_is_status_2(words: list[str], said: str, tmp_path: Path) -> None:
    """Status 2, a message that names what is wrong, no traceback, nothing written."""
    scenario(tmp_path)
    (tmp_path / "ruleless.yaml").write_text("name: ruleless\n", "utf-8")
    (tmp_path / "wrong.yaml").write_text("policy:\n  windoww: {opens_days_ahead: 1}\n", "utf-8")
    (tmp_path / "twin.yaml").write_text(f"name: tiny\n{SHORT}", "utf-8")
    before = set(files_of(tmp_path))
    done = inside(tmp_path, "headroom", *words, *FAST[:3])
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert set(files_of(tmp_path)) == before


@pytest.mark.parametrize("text", ["0.8", "80%", "80 %", " .8 ", "8e-1", "80.0%"])
def test_a_target_as_people_write_it(text: str) -> None:
    assert _shares([text]) == (0.8,)
    assert _shares([text, "0.8", "90%"]) == (0.8, 0.9)
