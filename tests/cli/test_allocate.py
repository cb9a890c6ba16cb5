"""`linli allocate`: what it writes, what it says, what it keeps, and what is wrong input."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from season.helpers import SeasonParts, season

from benchmarks.slots_check import faults
from optimise.slots.problem import Sessions
from sim.scenario.loading import read
from sim.season.reading import season_from

from .commands import Linli, files_of, inside

COLUMNS = "request,group,venue,weekday,start,end,from,until,party_size,choice"
EVENING = "Mon 18:00-19:00"


def rivals(folder: Path) -> SeasonParts:
    """Four clubs and two rooms, in one hour; its file is `test.yaml`."""
    parts = season(rooms=2, time_limit_seconds=5)
    parts.world.scenario["name"] = "clubs"
    for i in range(4):
        parts.request(f"r{i}", group=f"俱乐部{i}", first_choice=EVENING, priority=1 + i)
    parts.write(folder)
    return parts


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_it_writes(tmp_path: Path) -> None:
    """The fixed columns and keys; a timetable without a fault; the best one, proven."""
    rivals(tmp_path)
    done = inside(tmp_path, "allocate", "test.yaml", "--jobs", "1", "--language", "both")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "results" / "clubs"
    written = {n for n in files_of(out) if not n.startswith(".")}
    totals = {f"charts/{of}season-hours-{c}.{e}" for of in ("", "zh/") for c in ("given", "served")
              for e in ("png", "svg", "csv")}  # fmt: skip
    assert "周一" in (out / "charts" / "zh" / "season-hours-given.svg").read_text("utf-8")
    assert written >= totals | {
        "timetable.csv", "outcome.csv", "solution.json", "manifest.json", "weeks.csv",
        "calendars/all.ics", "calendars/group/俱乐部3.ics", "charts/season-week-house.png",
    }  # fmt: skip
    assert (out / "calendars" / "all.ics").read_text("utf-8").count("BEGIN:VEVENT") == 2
    assert (out / "timetable.csv").read_bytes().startswith(f"\ufeff{COLUMNS}\n".encode())
    sessions = rows(out / "timetable.csv")
    assert [s["request"] for s in sessions] == ["r2", "r3"]
    assert sessions[0] | {"venue": ""} == {
        "request": "r2", "group": "俱乐部2", "venue": "", "weekday": "1", "start": "18:00",
        "end": "19:00", "from": "2026-01-05", "until": "2026-02-01", "party_size": "8",
        "choice": "1",
    }  # fmt: skip
    record = json.loads((out / "solution.json").read_text("utf-8"))
    assert record["value"] == record["bound"] == 60 * (3 + 4)
    assert (record["status"], record["gap"], record["method"]) == ("optimal", 0, "optimised")
    assert record["greedy"] <= record["value"]
    assert "ortools" in record["solvers"]
    outcome = {row["request"]: row for row in rows(out / "outcome.csv")}
    assert [outcome[f"r{i}"]["sessions_got"] for i in range(4)] == ["0", "0", "1", "1"]
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["kind"], manifest["name"]) == ("allocate", "clubs")
    assert len(manifest["tables"]["group_requests"]["request"]) == 4
    assert "2 of 4 sessions a week" in done.stdout
    assert "none is better" in done.stdout


def test_locks_and_rejections_are_followed(tmp_path: Path, linli: Linli) -> None:
    rivals(tmp_path)
    words = ["--lock", f"r0=house 001@{EVENING}", "--reject", "r3@Mon 18:00-19:00", "--json"]
    done = linli("allocate", "test.yaml", *words[:2], "--json", "--out", "a")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["value"] == 60 * (1 + 4)
    got = {s["request"]: s["venue"] for s in rows(tmp_path / "a" / "timetable.csv")}
    assert got == {"r0": "house 001", "r3": "house 000"}
    # r3 has no other hour: it can never be served then, which is wrong input
    done = linli("allocate", "test.yaml", *words, "--out", "b")
    assert done.returncode == 2
    assert "r3: no venue can ever serve it" in done.stderr
    assert not (tmp_path / "b").exists()
    done = linli(
        "allocate", "test.yaml", *words, "--set", "allocation.unservable=warn",
        "--out", "b",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["value"] == 60 * (1 + 3)
    assert len(told["notices"]) == 1
    note = {row["request"]: row["note"] for row in rows(tmp_path / "b" / "outcome.csv")}
    assert "ruled out by rejections" in note["r3"]


def test_keep_makes_few_changes(tmp_path: Path, linli: Linli) -> None:
    """Two more want what two had: with `--keep` they stay where they were, and it is said."""
    parts = rivals(tmp_path)
    assert linli("allocate", "test.yaml", "--out", "a").returncode == 0
    for row in parts.tables["group_requests"]:
        row["priority"] = 1
    parts.tables["group_requests"].reverse()
    parts.write(tmp_path)
    words = ["allocate", "test.yaml", "--keep", "a/timetable.csv", "--json"]
    done = linli(*words, "--out", "b")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["last_season"] == {"before": 2, "kept": 2, "new": 0}
    before, after = (
        {tuple(s.values()) for s in rows(tmp_path / f / "timetable.csv")} for f in "ab"
    )
    assert before == after
    again = linli(*words, "--out", "b")
    assert (again.returncode, json.loads(again.stdout)["value"]) == (0, 2 * 72)


def test_a_search_that_the_clock_stopped_says_so_and_is_made_again(
    tmp_path: Path, linli: Linli
) -> None:
    rivals(tmp_path)
    words = ["allocate", "test.yaml", "--time-limit", "0.0001", "--no-charts", "--out", "a"]
    done = linli(*words)
    assert "stopped after 0.0001 s" in done.stdout
    assert "--time-limit 0.0002 gives it more time" in done.stdout
    assert json.loads((tmp_path / "a" / "solution.json").read_text("utf-8"))["stopped_by_clock"]
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert manifest["identity"].endswith("-stopped-by-the-clock")
    assert "nothing changed" not in linli(*words).stderr


def test_the_same_asked_again_computes_nothing(tmp_path: Path, linli: Linli) -> None:
    rivals(tmp_path)
    words = ["allocate", "test.yaml", "--quiet", "--out", "a"]
    assert linli(*words).returncode == 0
    before = files_of(tmp_path / "a")
    assert not any(n.startswith("charts") for n in before)
    again = linli("allocate", "test.yaml", "--out", "a")
    assert "nothing changed" in again.stderr
    assert files_of(tmp_path / "a") == before
    other = linli(*words, "--lock", f"r0=house 000@{EVENING}")
    assert (other.returncode, other.stdout, other.stderr) == (0, "", "")
    assert files_of(tmp_path / "a") != before


def test_every_method_gives_a_timetable_without_faults(tmp_path: Path, linli: Linli) -> None:
    """Read back from the published table and checked against the problem."""
    parts = rivals(tmp_path)
    for rule in ("greedy", "first_come", "last_season"):
        done = linli(
            "allocate", "test.yaml", "--set", f"allocation.method.rule={rule}",
            "--out", rule, "--json",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["method"] == rule
        path = tmp_path / "test.yaml"
        plan = season_from(read(path, need_level=False), path).plan
        name = {row["request"]: r for r, row in enumerate(parts.tables["group_requests"])}
        found = [_numbers(s, name) for s in rows(tmp_path / rule / "timetable.csv")]
        assert len(found) == 2
        assert not faults(plan.problem, Sessions.from_rows(found))


def _numbers(session: dict[str, Any], name: dict[str, int]) -> tuple[int, int, int, int, int]:
    start, end = (int(session[c][:2]) * 2 + int(session[c][3:]) // 30 for c in ("start", "end"))
    venue = int(session["venue"][-1])
    return name[session["request"]], venue, int(session["weekday"]) - 1, start, end - start


def test_what_is_wrong_is_said_at_once(tmp_path: Path, linli: Linli) -> None:
    """Rows, a decision on the command line and a request that no venue serves, in one pass."""
    parts = rivals(tmp_path)
    parts.request("big", party_size=11).request("odd", shortest_minutes=45)
    parts.request("lost", home="hime")
    parts.write(tmp_path)
    done = linli("allocate", "test.yaml", "--lock", "r9=house 000@Mon 18:00-19:00")
    assert (done.returncode, done.stdout) == (2, "")
    said = [line for line in done.stderr.splitlines() if " | " not in line]
    assert said[0].startswith("group_requests.csv:6:1: request: big: no venue can ever serve it")
    assert said[1].startswith("group_requests.csv:7:31: shortest_minutes: 45 is no multiple")
    assert "home: hime: no origin, centre or place of this name" in said[2]
    assert said[2].endswith("Did you mean `home`?")
    assert said[3].startswith("--lock r9=house 000@Mon 18:00-19:00: r9: no request of this name")
    assert said[4] == "4 problems in 1 of 8 files and on the command line. Nothing was run."
    assert not (tmp_path / "results").exists()


def test_validate_looks_at_the_season_too(tmp_path: Path, linli: Linli) -> None:
    parts = rivals(tmp_path)
    assert linli("validate", "test.yaml").returncode == 0
    parts.request("big", party_size=11).write(tmp_path)
    done = linli("validate", "test.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "group_requests.csv:6:1: request: big: no venue can ever serve it" in done.stderr
    parts.allocation["unservable"] = "warn"
    parts.write(tmp_path)
    done = linli("validate", "test.yaml", "--json")
    (notice,) = json.loads(done.stdout)["scenarios"][0]["notices"]
    assert notice.startswith("big: no venue can ever serve it")


def test_a_season_without_requests_is_wrong(tmp_path: Path, linli: Linli) -> None:
    parts = rivals(tmp_path)
    del parts.allocation["requests"]
    parts.tables.clear()
    parts.write(tmp_path)
    assert "allocation: missing key `requests`" in linli("allocate", "test.yaml").stderr
    parts.world.scenario.pop("allocation")
    parts.world.write(tmp_path)
    done = linli("allocate", "test.yaml")
    assert "test.yaml:1:1: allocation: missing: there is no season to allot" in done.stderr
