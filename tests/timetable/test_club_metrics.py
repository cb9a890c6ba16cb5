"""Metrics of clubs, worked out from the blocks date by date."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from builders import plain, tiny

from sim.measure.meter import build_meter, measure
from sim.measure.occupancy import SHARES
from sim.model import History, Model, build_model, simulate
from sim.scenario.loading import load
from sim.studies.totals import draw_previews
from sim.zones.league import zone_measures

from .season import block, dates_of, seasoned, write_blocks
from .test_sessions import ROWS, closed_monday, is_lost

FIRST, DAYS = dt.date(2026, 3, 2), 14
CENTRE = {"Court 1": "Grand Hall", "Hall Room": "Grand Hall", "Willow Room B": "Willow House"}
TINY = Path(__file__).parents[1] / "scenario" / "tiny"
Values = dict[tuple[str, str, str], float]


@cache
def measured(
    unused_share: float, attendance: float = 1.0, *, release: bool = False
) -> tuple[Model, History, Values]:
    """Values of one replication by metric, group and level; shares as numerators."""
    spec = {"unused_share": unused_share, "attendance": attendance, "release_unused": release}
    with TemporaryDirectory() as folder:
        model = build_model(seasoned(closed_monday(), ROWS, Path(folder), **spec))
    return model, *values_of(model)


def values_of(model: Model, part: int = 0) -> tuple[History, Values]:
    """Numerators (part 0) or denominators (part 1) of one replication."""
    meter, history = build_meter(model), simulate(model, 1, 0)
    top = measure(meter, history)[part].tolist()
    names = [(row.metric, row.group, level) for row in meter.rows for level in row.levels]
    return history, dict(zip(names, top, strict=True))


def counted() -> Counter[tuple[str, str]]:
    """(metric, venue) of the window, if every session that is not lost is used by all."""
    found: Counter[tuple[str, str]] = Counter()
    for row in ROWS:
        (h1, m1), (h2, m2) = (map(int, row[key].split(":")) for key in ("start", "end"))
        hours = h2 - h1 + (m2 - m1) / 60
        for date in dates_of(row, FIRST, DAYS):
            venue = row["venue"]
            if is_lost(row, date):
                found["club_sessions_lost", venue] += 1
                continue
            found["club_sessions", venue] += 1
            found["club_hours", venue] += hours  # type: ignore[assignment]
            found["club_person_hours", venue] += hours * row["party_size"]
    return found


METRICS = ("club_sessions", "club_hours", "club_person_hours", "club_sessions_lost")


@pytest.mark.parametrize("metric", METRICS)
def test_every_group_sums_what_its_venues_have(metric: str) -> None:
    model, _, values = measured(0.0)
    expected = {name: counted()[metric, name] for name in model.world.venues.names}
    assert sum(expected.values()) > 0
    found = {level: v for (m, g, level), v in values.items() if (m, g) == (metric, "venue")}
    assert found == pytest.approx(expected)
    at = {"Grand Hall": 0.0, "Willow House": 0.0, "Pine Club": 0.0}
    for name, value in expected.items():
        at[CENTRE.get(name, "Pine Club")] += value
    found = {level: v for (m, g, level), v in values.items() if (m, g) == (metric, "centre")}
    assert found == pytest.approx(at)
    assert values[metric, "all", "all"] == pytest.approx(sum(expected.values()))
    assert values[metric, "tier", "subdistrict"] == pytest.approx(at["Grand Hall"])
    assert values[metric, "zone", "South"] == pytest.approx(at["Willow House"])
    assert values[metric, "kind", "badminton_court"] == pytest.approx(expected["Court 1"])


def test_sessions_are_used_unused_or_lost_and_rooms_are_held_all_the_same() -> None:
    """Half are not used: hours held stay, people and hours used fall with them."""
    _, _, all_used = measured(0.0)
    _, history, values = measured(0.5)
    assert history.club_unused.any()
    assert not history.club_unused.all()
    of_all = {m: v for (m, g, _), v in values.items() if g == "all"}
    dates = sum(len(list(dates_of(row, FIRST, DAYS))) for row in ROWS)
    sessions = of_all["club_sessions"] + of_all["club_sessions_unused"]
    assert sessions + of_all["club_sessions_lost"] == dates
    assert 0 < of_all["club_sessions_unused"] < sessions
    hours = of_all["club_hours"] + of_all["club_hours_unused"]
    assert hours == pytest.approx(all_used["club_hours", "all", "all"])
    assert of_all["utilisation_clubs"] == pytest.approx(hours)
    assert ("club_sessions_unused", "all", "all") not in all_used


def test_sessions_given_back_hold_nothing() -> None:
    _, _, values = measured(0.5, release=True)
    _, _, kept = measured(0.5)
    at = "all", "all"
    assert values["utilisation_clubs", *at] == values["club_hours", *at] > 0
    assert values["club_hours_unused", *at] == kept["club_hours_unused", *at] > 0


def test_zones_are_compared_by_hours_of_clubs_too(tmp_path: Path) -> None:
    model = build_model(seasoned(tiny(), ROWS, tmp_path, unused_share=0.2))
    meter, history = build_meter(model), simulate(model, 1, 0)
    found = zone_measures(model.world, meter.rows, [measure(meter, history)])  # rows are known then
    _, values = values_of(model)
    hours = found["hours_per_open_hour"].top[0]
    for zone, number in zip(model.world.zones, hours, strict=True):
        used, clubs = values["utilisation_used", "zone", zone], values["club_hours", "zone", zone]
        assert clubs > 0
        assert number == used + clubs


def test_attendance_scales_people_and_nothing_else() -> None:
    _, _, whole = measured(0.0)
    _, _, part = measured(0.0, 0.75)
    changed = {name for name in whole if whole[name] != pytest.approx(part[name], nan_ok=True)}
    assert {metric for metric, *_ in changed} == {
        "club_person_hours", "person_hours", "person_hours_venues",
    }  # fmt: skip
    assert {group for metric, group, _ in changed if metric == "person_hours"} == {"venue*block"}
    all_ = "club_person_hours", "all", "all"
    assert part[all_] == pytest.approx(0.75 * whole[all_])


def test_use_in_venues_counts_people_of_clubs() -> None:
    """Bookings and clubs that come: the tiny world has nothing else."""
    _, _, values = measured(0.5)
    both = values["person_hours", "all", "all"] + values["club_person_hours", "all", "all"]
    assert values["person_hours_venues", "all", "all"] == pytest.approx(both)


def test_hours_of_a_centre_by_use_sum_to_open_hours() -> None:
    _, _, values = measured(0.5)
    by_use = {lv: v for (m, _, lv), v in values.items() if m == "use_share"}
    open_hours = values["open_hours", "centre", "Grand Hall"]
    assert sum(by_use.values()) == pytest.approx(open_hours)
    clubs = values["utilisation_clubs", "centre", "Grand Hall"]
    assert by_use["Grand Hall*club"] == pytest.approx(clubs)


def test_a_room_that_clubs_have_all_week_is_full_in_the_load_curve(tmp_path: Path) -> None:
    rows = [block("A 000", day, "0:00", "24:00") for day in range(1, 8)]
    parts = plain(14).origin("home").centre("A").rooms("A", 1)
    meter = build_meter(model := build_model(seasoned(parts, rows, tmp_path)))
    top, bottom = measure(meter, simulate(model, 1, 0))
    names = [row.metric for row in meter.rows for _ in row.levels]
    curve = [i for i, name in enumerate(names) if name == "load_duration"]
    assert len(curve) == len(SHARES)
    assert (top[curve] == bottom[curve]).all()
    assert (bottom[curve] > 0).all()


def test_nobody_drops_in_while_a_club_has_the_room(tmp_path: Path) -> None:
    """Willow Room B is a gym while nobody holds it: here a club holds it whenever it is open."""
    rows = [block("Willow Room B", day, "9:30", "20:00") for day in range(1, 8)]
    with_clubs = tmp_path / "clubs"
    shutil.copytree(TINY, with_clubs)
    write_blocks(rows, with_clubs)
    sets = ("timetable={blocks: blocks.csv}",)
    _, values = values_of(build_model(load(with_clubs / "neighbourhood.yaml", sets=sets)))
    _, usable = values_of(build_model(load(with_clubs / "neighbourhood.yaml", sets=sets)), part=1)
    _, before = values_of(build_model(load(TINY / "neighbourhood.yaml")))
    place = "place", "Willow Room B"
    wishes, visits, taken = ((m, *place) for m in ("dropin_wishes", "visits", "taken_share"))
    assert values[wishes] == before[wishes] > 0
    assert before[visits] > 0
    assert values[visits] == 0
    assert values[taken] > before[taken]
    assert ("seats_taken_share", *place) in values
    assert usable[("seats_taken_share", *place)] == 0


def test_activities_find_no_room_where_clubs_have_them_all(tmp_path: Path) -> None:
    """Neither in a replication nor in the preview by which calibration steers."""
    folder = tmp_path / "clubs"
    shutil.copytree(TINY, folder)
    hours = dict.fromkeys(("Court 1", "Court 2", "Hall Room"), ("9:00", "8:00", "22:00"))
    hours |= {"Pine Room": ("9:00", "9:00", "18:00")}
    hours |= dict.fromkeys(("Willow Room A", "Willow Room B"), ("9:30", "9:30", "20:00"))
    rows = [
        block(venue, day, weekday if day < 6 else weekend, end)
        for venue, (weekday, weekend, end) in hours.items()
        for day in range(1, 8)
    ]
    write_blocks(rows, folder)
    sets = ("timetable={blocks: blocks.csv}",)
    model = build_model(load(folder / "neighbourhood.yaml", sets=sets))
    _, values = values_of(model)
    at = "all", "all"
    assert values["activities_without_room", *at] == values["activities", *at] > 5
    assert draw_previews(model, 1, 2).at(1.0).tolist() == [0.0, 0.0]
    before = build_model(load(folder / "neighbourhood.yaml"))
    assert (draw_previews(before, 1, 2).at(1.0) > 0).all()


def test_without_a_timetable_no_metric_of_clubs() -> None:
    model = build_model(load(TINY / "tiny.yaml"))
    _, values = values_of(model)
    assert not [name for name in values if "club" in name[0] or "club" in name[2]]


def test_an_empty_timetable_counts_nothing_and_changes_nothing(tmp_path: Path) -> None:
    empty = build_model(seasoned(tiny(), [], tmp_path))
    _, values = values_of(empty)
    _, others = values_of(build_model(load(TINY / "tiny.yaml")))
    assert all(values[name] == pytest.approx(v, nan_ok=True) for name, v in others.items())
    new = {name: v for name, v in values.items() if name not in others}
    assert new
    assert not any(new.values())
