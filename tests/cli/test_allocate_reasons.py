"""`reasons.csv` of `linli allocate` and `--why`: obstacles and what gives way."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sim.season.reasons import SeasonReasons

from .commands import Linli
from .test_allocate import rivals


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "reasons.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_who_stands_in_the_way_and_what_gives_way(tmp_path: Path, linli: Linli) -> None:
    """Two of four rivals got the two rooms; the others are told by whom they were outbid."""
    rivals(tmp_path)
    done = linli("allocate", "test.yaml", "--out", "a", "--why", "r0", "--why", "r3")
    assert done.returncode == 0
    found = rows(tmp_path / "a")
    assert {row["request"] for row in found} == {"r0", "r1"}
    assert all(row["got"] == "0 of 1" for row in found)
    assert {name for row in found for name in row["by"].split("; ")} <= {"r2", "r3"}
    assert all(row["forced"] and row["proven"] == "yes" for row in found)
    assert "r0 of 俱乐部0 got 0 of 1" in done.stdout
    assert "others together would lose" in done.stdout
    assert "r3 got all that it asked for" in done.stdout


def test_names_are_checked_and_results_are_reused(tmp_path: Path, linli: Linli) -> None:
    rivals(tmp_path)
    wrong = linli("allocate", "test.yaml", "--out", "a", "--why", "r7")
    assert wrong.returncode == 2
    assert "--why r7: no request is called that" in wrong.stderr
    assert linli("allocate", "test.yaml", "--out", "a").returncode == 0
    again = linli("allocate", "test.yaml", "--out", "a", "--why", "r0", "--json")
    assert "nothing changed" not in again.stdout
    assert json.loads(again.stdout)["why"]["r0"][0] == "r0 of 俱乐部0 got 0 of 1"


def test_without_reasons(tmp_path: Path, linli: Linli) -> None:
    rivals(tmp_path)
    assert linli("allocate", "test.yaml", "--out", "a", "--no-reasons").returncode == 0
    assert not (tmp_path / "a" / "reasons.csv").exists()


def test_interrupted_keeps_the_timetable(
    tmp_path: Path, linli: Linli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in a search: status 130, timetable written, reasons told without a search."""
    rivals(tmp_path)
    plain = SeasonReasons.rows

    def interrupted(self: SeasonReasons, request: int, *, force: bool = True) -> object:
        if force:
            raise KeyboardInterrupt
        return plain(self, request, force=False)

    with monkeypatch.context() as patch:
        patch.setattr(SeasonReasons, "rows", interrupted)
        assert linli("allocate", "test.yaml", "--out", "a").returncode == 130
    assert (tmp_path / "a" / "timetable.csv").exists()
    assert {row["request"] for row in rows(tmp_path / "a")} == {"r0", "r1"}
    again = linli("allocate", "test.yaml", "--out", "a")
    assert "nothing changed" not in again.stderr
