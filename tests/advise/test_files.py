"""`linli advise`: its files, found again, and what is wrong with what is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from advise.towns import crowded, lever
from sim.cli.exits import UsageProblem
from sim.cli.options import Options
from sim.cli.verbs.advise import advise


def asked(
    path: Path, folder: Path, budget: float = 100, aim: str = "met_share", **more: Any
) -> None:
    given = {"replications": "2", "jobs": 1, "no_store": False, "store": folder / "store", **more}
    options = Options(out=folder / "out", **given)
    advise.__wrapped__(path, budget, True, aim, options=options, charts=False)


def test_what_it_writes_and_finds_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = crowded(more=lever({"opening.close": "15:00"}, 90)).write(tmp_path / "town")
    asked(path, tmp_path)
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir() if not p.name.startswith(".")} == {
        "advice.csv", "programme.csv", "adoption.csv", "programme.yaml", "manifest.json",
    }  # fmt: skip
    table = pd.read_csv(out / "advice.csv", encoding="utf-8-sig")
    assert list(table.columns[:12]) == [
        "rank", "lever", "size", "cost_low", "cost", "cost_high", "met_person_hours", "ci_low",
        "ci_high", "yuan_per_hour", "ratio_low", "ratio_high",
    ]  # fmt: skip
    assert set(table["lever"]) == {"more", "do nothing"}
    assert "Recommended: more: all: +" in capsys.readouterr().out
    asked(path, tmp_path)
    assert "nothing changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"aim": "hours"}, "allowed: person_hours, met_share, worst_group"),
        ({"budget": -1.0}, "0 or larger"),
        ({"budget": float("nan")}, "must be a number"),
        ({"replications": "1"}, "at least 2"),
    ],
)
def test_wrong_questions(wrong: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = crowded(more=lever({"opening.close": "15:00"})).write(tmp_path / "town")
    with pytest.raises(UsageProblem, match=said):
        asked(path, tmp_path, **wrong)


def test_a_scenario_without_levers(tmp_path: Path) -> None:
    parts = crowded()
    del parts.scenario["advise"]
    with pytest.raises(UsageProblem, match="no `advise` in it"):
        asked(parts.write(tmp_path / "town"), tmp_path)
