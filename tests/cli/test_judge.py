"""`linli allocate --judge`: timetables in the simulation, against each other and no clubs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from season.helpers import SeasonParts, season

from .commands import Linli, files_of
from .test_allocate import EVENING

WORDS = ("allocate", "test.yaml", "--judge", "--jobs", "1", "--no-store")
NAMES = ["clubs-optimised", "clubs-first_come", "clubs-greedy", "clubs-last_season"]
NOBODY = "clubs-no-clubs"


def busy(folder: Path) -> SeasonParts:
    """Two rooms that residents fill; who asks first wants little, who asks last wants long."""
    parts = season(rooms=2, time_limit_seconds=5)
    parts.world.set(name="clubs", demand__level=120, experiment__replications=3)
    for i in range(4):
        minutes = {"shortest_minutes": 60 * (1 + i // 2), "longest_minutes": 60 * (1 + i // 2)}
        day = {"asked_on": f"2025-11-0{1 + i}", "first_choice": "Mon-Tue 18:00-20:00"}
        parts.request(f"r{i}", group=f"club {i // 3}", sessions=2 if i else 1, **minutes, **day)
    parts.last("r1", "house 001", 2, "18:00", "19:00")
    parts.write(folder)
    return parts


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def means(path: Path, group: str = "all") -> pd.Series:
    rows = table(path)
    return rows[rows["group"] == group].set_index(["metric", "level"])["mean"]


def test_differences_are_those_of_plain_runs(tmp_path: Path, linli: Linli) -> None:
    """A scenario left behind, put beside its parent and run, gives the same figures."""
    busy(tmp_path)
    done = linli(*WORDS, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["judged"]
    assert (told["baseline"], told["no_clubs"]) == ("clubs-first_come", NOBODY)
    assert (told["replications"], told["paired"]) == (3, "yes")
    out = tmp_path / "results" / "clubs"
    judged = table(out / "judged.csv")
    assert (
        (out / "judged.csv")
        .read_bytes()
        .startswith(
            b"\xef\xbb\xbfmetric,group,level,scenario,baseline,difference,ci_low,ci_high,"
            b"adjusted_low,adjusted_high,n,paired,unit\n"
        )
    )
    assert set(judged["paired"]) == {"yes"}
    of_season = judged["metric"].str.startswith("season_")
    assert set(judged[of_season]["n"]) == {0}
    assert judged[of_season][["ci_low", "ci_high"]].isna().all(axis=None)
    hours = table(out / "timetables.csv").set_index("scenario")["hours"]
    said = judged[(judged["metric"] == "season_hours") & (judged["group"] == "all")]
    expected = hours[said["scenario"]].to_numpy() - hours[said["baseline"]].to_numpy()
    assert said["difference"].tolist() == expected.tolist()
    assert len(set(hours[NAMES])) > 1
    pairs = set(zip(judged["scenario"], judged["baseline"], strict=True))
    assert pairs == {(n, NAMES[1]) for n in NAMES if n != NAMES[1]} | {(n, NOBODY) for n in NAMES}
    summaries, compared = {}, 0
    for name in (*NAMES[:2], NOBODY):
        for file in ("scenario.yaml", "timetable.csv"):
            shutil.copy(out / "scenarios" / name / file, tmp_path / file)
        done = linli("run", "scenario.yaml", "--no-charts", "--jobs", "1", "--no-store")
        assert done.returncode == 0, done.stderr
        summaries[name] = means(tmp_path / "results" / name / "summary.csv")
    assert (
        summaries[NAMES[0]]["served_share"].item() < summaries[NOBODY]["served_share"].item() - 0.01
    )
    for (name, base), rows in judged[~of_season & (judged["group"] == "all")].groupby(
        ["scenario", "baseline"]
    ):
        if not {name, base} <= summaries.keys():
            continue
        compared += 1
        found = rows[rows["metric"] != "worst_group_served_share"].set_index(["metric", "level"])
        expected = (summaries[name] - summaries[base]).loc[found.index]
        assert len(found) > 12
        assert found["difference"].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)
        assert set(found["n"]) <= {0, 3}
    assert compared == 3


def test_no_clubs_are_the_scenario_without_a_timetable(tmp_path: Path, linli: Linli) -> None:
    """And a lock holds under every rule."""
    busy(tmp_path)
    lock = ["--lock", f"r0=house 001@{EVENING}"]
    assert linli(*WORDS, *lock, "--against", "first_come", "--replications", "2").returncode == 0
    out = tmp_path / "results" / "clubs"
    assert linli("run", "test.yaml", "--jobs", "1", "--no-store", "--replications", "2",
                 "--no-charts", "--out", "plain").returncode == 0  # fmt: skip
    mine = means(out / "scenarios" / NOBODY / "summary.csv")
    plain = means(tmp_path / "plain" / "summary.csv")
    assert mine[plain.index].to_numpy() == pytest.approx(plain.to_numpy(), nan_ok=True, abs=0)
    assert not mine[["club_hours", "club_sessions"]].any()
    judged = table(out / "judged.csv")
    at = (judged["metric"] == "club_hours") & (judged["group"] == "all")
    gained = judged[at & (judged["baseline"] == NOBODY)].set_index("scenario")
    hours = table(out / "timetables.csv").set_index("scenario")["hours"]
    assert hours[NAMES[0]] > hours[NAMES[1]] > 0
    for name in NAMES[:2]:  # the one week that counts, no date lost
        assert gained["difference"][name] == hours[name]
        rows = table(out / "scenarios" / name / "timetable.csv").set_index("request")
        assert rows.loc["r0", ["venue", "weekday", "start"]].tolist() == ["house 001", 1, "18:00"]


def test_the_same_asked_again_and_without_judging(tmp_path: Path, linli: Linli) -> None:
    """Nothing is computed twice; what was judged goes when the next run does not judge."""
    busy(tmp_path)
    words = [*WORDS[:-1], "--store", "store", "--replications", "1", "--against", "first_come"]
    first = linli(*words)
    assert first.returncode == 0, first.stderr
    assert "the scenario's window, which lies in the season" in first.stderr
    assert "served_share with first_come: " in first.stdout
    assert "compared with first_come" in first.stdout
    assert "One replication has no interval" in first.stdout
    again = linli(*words)
    assert "nothing changed" in again.stderr
    assert again.stdout == first.stdout
    out = tmp_path / "results" / "clubs"
    assert "judged.csv" in files_of(out)
    assert linli("allocate", "test.yaml", "--jobs", "1", "--quiet").returncode == 0
    left = files_of(out)
    assert not any(n.startswith(("judged", "timetables", "scenarios")) for n in left)
    assert "blocks: timetable.csv" in left["scenario.yaml"].decode()


def test_sessions_off_the_slot_grid_are_refused(tmp_path: Path, linli: Linli) -> None:
    parts = busy(tmp_path)
    parts.world.set(grid_minutes=60)
    for venue in parts.world.tables["venues"]:
        venue["slot_minutes"] = 60
    parts.world.scenario["kinds"]["room"]["duration_minutes"]["value"] = 60
    parts.write(tmp_path)
    done = linli(*WORDS)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--judge: sessions start every 30 minutes" in done.stderr
    assert not (tmp_path / "results").exists()


RULE = """extends: test.yaml
name: last-first
allocation:
  method:
    rule: priority_order
    classes: {last: {levels: [high]}}
    daytime: {order: [last]}
    evening: {order: [last]}
"""


def test_against_the_rule_of_a_file(tmp_path: Path, linli: Linli) -> None:
    """Who asks last is first in its order; what it says is part of what is asked."""
    parts = busy(tmp_path)
    parts.tables["group_requests"][-1]["level"] = "high"
    parts.write(tmp_path)
    (tmp_path / "rule.yaml").write_text(RULE, encoding="utf-8")
    words = [*WORDS[:-1], "--store", "store", "--replications", "1", "--against", "rule.yaml"]
    assert linli(*words).returncode == 0
    out = tmp_path / "results" / "clubs"
    got = table(out / "scenarios" / "clubs-last-first" / "timetable.csv")
    assert (got["request"] == "r3").sum() == 2
    assert set(table(out / "judged.csv")["baseline"]) == {"clubs-last-first", NOBODY}
    assert "nothing changed" in linli(*words).stderr
    (tmp_path / "rule.yaml").write_text(RULE.replace("high", "low"), encoding="utf-8")
    assert "nothing changed" not in linli(*words).stderr
