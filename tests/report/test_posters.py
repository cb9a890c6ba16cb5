"""Sheets to hang up: every session is listed and drawn, names are text, in both languages."""

import json

import pytest

from sim.report.charts.season.blocks import printed_weeks
from sim.report.season import posters as sheets
from sim.report.tables import write_csv

from . import season_week as made
from .season_week import place, session

CENTRE = "和合邻里中心"
WORST = "#panic() *b* <script>$x^2$ =1+1 " + "长" * 200


def town(groups):
    rooms = [place(f"{CENTRE}·活动室{i}", centre=CENTRE) for i in range(1, 5)]
    sessions = [
        session(rooms[i % 4].name, 1 + i // 4 % 7, 8 + 2 * (i // 28), 10 + 2 * (i // 28),
                WORST if i == 0 else f"{made.GROUPS[i % len(made.GROUPS)]}{i}")
        for i in range(groups)
    ]  # fmt: skip
    return made.season([*rooms, place("西溪", centre="西溪")], sessions)


@pytest.fixture
def folder(tmp_path):
    week = town(60)
    write_csv(tmp_path / "weeks.csv", printed_weeks(week))
    manifest = {"scenario": {"kinds": {week.places[0].kind: {"label": "活动室 Activity room"}}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_session_is_listed_once_and_drawn_once(folder, language, monkeypatch):
    told = []
    monkeypatch.setattr(sheets, "typeset", lambda _, words: told.append(words) or b"")
    assert list(sheets.posters(folder, language)) == [CENTRE]  # nobody is in 西溪
    (words,) = told
    week = town(60)
    assert sorted(row[0] for row in words["list"]["rows"]) == sorted(s.group for s in week.sessions)
    days = words["days"]
    listed = {(group, when, room) for group, when, room in words["list"]["rows"]}
    for s in week.sessions:
        when = f"{days[s.weekday - 1]} {s.start // 60:02d}:00–{s.end // 60:02d}:00"
        assert (s.group, when, s.venue.removeprefix(f"{CENTRE}·")) in listed
    blocks = [b for venue in words["venues"] for b in venue["blocks"] if b["use"] in sheets.GROUPS]
    drawn = sorted((b["words"].split("\n")[0], b["day"] + 1, b["start"], b["end"]) for b in blocks)
    assert drawn == sorted((s.group, s.weekday, s.start, s.end) for s in week.sessions)


def test_names_are_text_and_the_same_weeks_give_the_same_bytes(folder):
    (first,), (second,) = (sheets.posters(folder, "zh").values() for _ in range(2))
    assert first.startswith(b"%PDF")
    assert first == second


def test_a_folder_without_weeks_has_none(tmp_path):
    assert sheets.posters(tmp_path, "en") == {}
