"""`linli headroom`: what it writes, what it says, what it keeps, and what is wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.verbs.headroom import _shares

from .commands import Linli, files_of, inside, scenario

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


@pytest.mark.parametrize("text", ["0.8", "80%", "80 %", " .8 ", "8e-1", "80.0%"])
def test_a_target_as_people_write_it(text: str) -> None:
    assert _shares([text]) == (0.8,)
    assert _shares([text, "0.8", "90%"]) == (0.8, 0.9)
