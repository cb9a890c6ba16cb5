"""What is allowed but probably not meant is said; what is meant is not doubted."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from builders import tiny
from timetable.season import block, seasoned

from sim.scenario.derived.openings import longest, venue_weeks, weeks
from sim.scenario.derived.size import expected_visits, expected_wishes, size_of
from sim.scenario.levels import FittedLevel, write_level
from sim.scenario.loading import load
from sim.scenario.schema.place import ZoneOpening
from sim.scenario.schema.tables import HoursRow

ROOMS = "kinds.activity_room"
COURTS = "kinds.badminton_court"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    elder: {badminton_court: 5, activity_room: 60}\n", "",
         "segments.elder: no rate above 0 in `demand.wishes_per_1000`"),
        ("values: [2, 4]", "values: [2, 5]",
         f"{COURTS}.party: about 40 % of parties are larger than the largest room of this kind "
         "(4 people)"),
        ("mean: 6, min: 2, max: 15", "mean: 40", f"{ROOMS}.party: about 94 % of parties"),
        ("value: 90", "value: 900",
         f"{ROOMS}.duration_minutes: all of uses are longer than the longest opening of its "
         "venues (840 minutes)"),
        ("country: none", "country: none\n  closures: [{from: 2025-01-01, until: 2025-02-01}]",
         "calendar.closures.0: 2025-01-01 until 2025-02-01 lies wholly outside the simulated "
         "dates (2026-02-23 until 2026-03-22)"),
        ("    start_minutes: 60\n", "",
         f"{COURTS}: wishes start every 30 minutes, but 2 of 2 venues do not offer all of these "
         "starts (Court 1 and others offer one every 60): at those, wishes for other starts "
         f"count as closed then; give {COURTS}.start_minutes: 60."),
        ("opens_days_ahead: 7", "opens_days_ahead: 3",
         "policy.window.opens_days_ahead: about 40 % of wishes arise earlier than that, and "
         "nobody comes back"),
        ("multiplier: 1\n", "multiplier: 1000\n  intensity: 50\n",
         "A large run: about 33 million wishes of 1 million bookers and 0 million sign-ups a "
         "replication, 3 replications. One replication takes about 16.6 GB of memory"),
    ],
)  # fmt: skip
def test_doubts(folder: Path, old: str, new: str, words: str) -> None:
    edit(folder, "tiny.yaml", old, new)
    (notice,) = load("tiny.yaml").notices
    assert words in notice


@pytest.mark.parametrize(
    "sets",
    [
        ["kinds.activity_room.party={rule: poisson, mean: 9}"],  # above 30 once in 10^8
        [
            "kinds.badminton_court.rooms_at_once={2: 1}",  # four to a court
            "kinds.badminton_court.party={rule: constant, value: 8}",
        ],
        ["calendar.closures=[{from: 2026-03-20, until: 2026-05-01}]"],
        ["demand.multiplier=0"],
        ["policy.limits.no_shows={within_days: 3, suspend_days: 4}"],
        ["policy.limits.no_shows={allowed: 0, within_days: 30, suspend_days: 7}"],
    ],
)
def test_what_may_well_be_meant_is_not_doubted(folder: Path, sets: list[str]) -> None:
    del folder
    assert load("tiny.yaml", sets=sets).notices == ()


def test_nobody_at_all(folder: Path) -> None:
    (folder / "people.csv").write_text("origin,segment,people,source\nPine Court,adult,0,x\n")
    assert load("tiny.yaml").notices == (
        "world.people: all people are 0, so nobody wishes for anything.",
    )


def test_openings_go_on_past_midnight_and_past_sunday() -> None:
    def rows(*given: tuple[str, str, str, str]) -> dict[str, int]:
        found = weeks(
            HoursRow(hours=h, days=d, open=o, close=c, source="x") for h, d, o, c in given
        )
        return {name: longest(week) for name, week in found.items()}

    assert rows(("a", "Mon-Fri", "9:00", "12:00"), ("a", "Mon", "12:00", "18:00")) == {"a": 540}
    assert rows(("a", "Sun", "20:00", "24:00"), ("a", "Mon", "0:00", "2:00")) == {"a": 360}
    assert rows(("a", "Mon", "9:00", "10:00"), ("a", "holiday", "9:00", "13:00")) == {"a": 240}
    assert rows(("a", "Sun", "18:00", "24:00"), ("a", "holiday", "0:00", "12:00")) == {"a": 1080}
    assert rows(("a", "Mon-holiday", "0:00", "24:00")) == {"a": math.inf}
    assert rows(("a", "Mon-Sat", "0:00", "24:00")) == {"a": 6 * 1440}


def around_the_clock(folder: Path) -> None:
    """Every venue of the tiny world never closes."""
    names = {line.split(",")[0] for line in (folder / "hours.csv").read_text().splitlines()[1:]}
    rows = [f"{name},Mon-holiday,0:00,24:00,x" for name in sorted(names)]
    (folder / "hours.csv").write_text("\n".join(["hours,days,open,close,source", *rows]) + "\n")


def test_no_use_is_too_long_for_a_venue_that_never_closes(folder: Path) -> None:
    around_the_clock(folder)
    long = [f"{ROOMS}.duration_minutes={{rule: choice, values: [90, 40000], weights: [9, 1]}}"]
    assert load("tiny.yaml", sets=long).notices == ()


@pytest.mark.parametrize(
    "text",
    [
        # the policy's own window holds in no zone
        "zones: {North: {window: {opens_days_ahead: 8}}, South: {window: {opens_days_ahead: 8}}}\n"
        "policy: {window: {opens_days_ahead: 3}}\nexperiment: {warm_up_days: 8}",
    ],
)
def test_a_doubt_looks_at_everything_that_could_dispel_it(folder: Path, text: str) -> None:
    (folder / "child.yaml").write_text(f"extends: tiny.yaml\nname: child\n{text}\n", "utf-8")
    assert load("child.yaml").notices == ()


def test_expected_wishes_by_hand(folder: Path) -> None:
    del folder
    inputs = load("tiny.yaml")
    weekly = (1500 + 1100 + 900) * 0.050 + (400 + 300) * 0.065
    found = expected_wishes(inputs.scenario, inputs.tables, 2.0)
    assert found == pytest.approx(weekly * 3 * 2.0)  # one week of warm-up, two counted


def test_the_size_of_activities_by_hand(folder: Path) -> None:
    """Sign-ups of a zone's sessions by that zone's people: they, too, need memory."""
    del folder
    inputs = load("neighbourhood.yaml")
    one = size_of(inputs.scenario, inputs.tables, 1.0, 1.0)
    assert one.sign_ups > 0
    assert size_of(inputs.scenario, inputs.tables, 1.0, 2.0).sign_ups == 2 * one.sign_ups
    assert size_of(inputs.scenario, inputs.tables, 1.0, 2.0).bytes > one.bytes


def fitted(folder: Path) -> None:
    edit(folder, "tiny.yaml", "  level: 1\n", "  fit: tiny\n")
    fit_hash = load("tiny.yaml", need_level=False).fit_hash
    level = FittedLevel(
        level=1.25,
        fit_hash=fit_hash,
        bookings=100,
        half_width=0.001,
        replications=10,
        seed=1,
        window=("2026-03-02", "2026-03-15"),
        scenario="tiny.yaml",
    )
    write_level(folder / "levels.yaml", "tiny", level)
    write_level(folder / "levels.yaml", "own", level)


def test_who_owns_a_fit_and_what_a_what_if_may_do(folder: Path) -> None:
    fitted(folder)
    (folder / "child.yaml").write_text("extends: tiny.yaml\nname: child\nchoice: {outside: -3}\n")
    (folder / "own.yaml").write_text(
        "extends: tiny.yaml\nname: own\nchoice: {outside: -3}\ndemand: {fit: own}\n"
    )
    assert load("tiny.yaml").fit_owner
    child = load("child.yaml")
    assert not child.fit_owner
    assert "Give the scenario `demand: {fit: child}` and a target" in child.notices[0]
    child = load("child.yaml", sets=["calibration.bookings=5"])
    assert "`demand: {fit: child}` and run `linli calibrate FILE`" in child.notices[0]
    assert load("child.yaml", sets=["demand.fit=own"]).fit_owner
    own = load("own.yaml")
    assert own.fit_owner
    assert "Run `linli calibrate FILE` to refit." in own.notices[0]


def test_what_the_command_line_changed(folder: Path) -> None:
    del folder
    assert load("tiny.yaml").changed == ()
    inputs = load("tiny.yaml", sets=["demand.multiplier=20", "title=x"], replications=7, seed=11)
    assert inputs.changed == (
        "demand.multiplier=20",
        "title=x",
        "experiment.replications=7",
        "experiment.seed=11",
    )
    seed = next(p for p in inputs.provenance if p.key == "experiment.seed")
    assert seed.file == "--seed 11"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("policy: {limits: {no_shows: {within_days: 3, suspend_days: 5}}}",
         "policy.limits.no_shows: what happened up to 8 days ago may suspend, and the warm-up is 7 "
         "days"),
        ("policy: {overrides: [{limits: {no_shows: {allowed: 0, suspend_days: 8}}}]}",
         "policy.overrides.0.limits.no_shows: what happened up to 8 days ago"),
    ],
)  # fmt: skip
def test_doubts_about_a_policy(folder: Path, text: str, words: str) -> None:
    (folder / "child.yaml").write_text(f"extends: tiny.yaml\nname: child\n{text}\n", "utf-8")
    (notice,) = load("child.yaml").notices
    assert words in notice


@pytest.mark.parametrize(
    ("selection", "doubted"),
    [
        ("{rule: ballot, days_ahead: 5}", True),
        ("{rule: ballot, days_ahead: 0}", False),
        ("{rule: ballot}", True),
        ("{rule: priority, order: [[elder]], days_ahead: 5}", True),
        ("{rule: first_come}", False),
    ],
)
def test_a_decision_before_most_requests_are_made(
    folder: Path, selection: str, doubted: bool
) -> None:
    """Leads are 0, 2, 4 or 6.5 days, rarely the last: few meet a decision 5 days ahead."""
    lead = "{rule: choice, values: [0, 2, 4, 6.5], weights: [40, 30, 20, 10]}"
    sets = [f"demand.lead_days={lead}", f"policy.selection={selection}"]
    sets.append("experiment.warm_up_days=8")
    notices = load(folder / "tiny.yaml", sets=sets).notices
    assert any("about 90 % of requests are made after" in n for n in notices) == doubted
    rush = [*sets, "demand.responses.asks_at_opening=0.6"]
    assert not any("made after" in n for n in load(folder / "tiny.yaml", sets=rush).notices)


INSIDE = block("Court 1", 1, "18:00", "20:00")
BEFORE = block("Court 2", 1, "18:00", "20:00", until="2026-03-01", request="winter")


@pytest.mark.parametrize(
    ("rows", "spec", "words"),
    [
        ([INSIDE, BEFORE], {}, "1 of 2 blocks have no date in the counting window"),
        ([INSIDE, BEFORE], {}, "winter (2025-12-01 until 2026-03-01)."),
        ([], {}, "no club has a room"),
        ([INSIDE], {"release_unused": True, "unused_share": 0.1}, None),
        ([INSIDE], {}, None),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path: Path, rows: list[dict[str, object]], spec: dict[str, object],
                      words: str | None) -> None:  # fmt: skip
    notices = [n for n in seasoned(tiny(), rows, tmp_path, **spec).notices if "timetable" in n]
    assert len(notices) == (words is not None)
    if words is not None:
        assert words in notices[0]


NAME = "neighbourhood.yaml"
TALK = "activities.kinds.talk"
BALL = "{venue_kinds: [badminton_court], starts: {weekday: {9-10: 1}, weekend: {}}, appeal: {elder: 1},"
BALL += " capacity: {rule: constant, value: 4}}"
POOL = "{visits_per_1000: {adult: 1}, curve: {weekday: {9-10: 1}, weekend: {}}}"


def notices(folder: Path, text: str) -> tuple[str, ...]:
    """Notices of a child of the neighbourhood that says this."""
    (folder / "child.yaml").write_text(f"extends: {NAME}\nname: child\n{text}\n", "utf-8")
    return without_the_short_window(load("child.yaml").notices)


def without_the_short_window(notices: tuple[str, ...]) -> tuple[str, ...]:
    """The fixture's South opens its rooms late on purpose, and nobody comes back."""
    assert sum("zones.South.window" in n and "comes back" in n for n in notices) <= 1
    return tuple(n for n in notices if "comes back" not in n)


def test_the_neighbourhood_gives_no_doubts(folder: Path) -> None:
    del folder
    assert without_the_short_window(load(NAME).notices) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("activities: {kinds: {talk: {capacity: {rule: choice, values: [8, 31], weights: [3, 1]}}}}",
         f"{TALK}.capacity: about 25 % of sessions take more people than the largest room of its "
         "kinds holds (30 people)."),
        ("activities: {rooms: {days_ahead: 6.5}}",
         "activities.rooms.days_ahead: sessions are published 6.5 days ahead, but residents may "
         "book 7 days ahead (`policy.window.opens_days_ahead`)"),
        ("activities: {rooms: {days_ahead: 7}}\nzones: {South: {window: {opens_days_ahead: 9}}}\nexperiment: {warm_up_days: 9}",
         "residents may book 9 days ahead (`zones.South.window.opens_days_ahead`)"),
        ("dropin: {multiplier: 1000, kinds: {canteen: {visits_per_1000: {adult: 8000}}}}",
         "A large run: up to 85 million visits to places a replication, 3 replications."),
        ("zones: {North: {opening: {close: 08:00, tiers: [compound]}}}",
         "zones.North.opening: 1 venue with hours day would never be open: these hours leave "
         "nothing of those in the table."),
    ],
)  # fmt: skip
def test_doubts_about_the_neighbourhood(folder: Path, text: str, words: str) -> None:
    (notice,) = notices(folder, text)
    assert words in notice


@pytest.mark.parametrize(
    "text",
    [
        # sessions elsewhere need no room
        "activities: {rooms: {rule: elsewhere}, kinds: {talk: {capacity: {rule: constant, value: 300}}}}",
        "activities: {rooms: {rule: elsewhere, days_ahead: 1}}",
        "activities: {kinds: {talk: {capacity: {rule: poisson, mean: 9}}}}",
        "activities: {rooms: {days_ahead: 7}}",
        "zones: {South: {opening: {open: 06:00, close: 24:00, tiers: []}}}",
    ],
)  # fmt: skip
def test_what_a_neighbourhood_may_well_mean_is_not_doubted(folder: Path, text: str) -> None:
    assert notices(folder, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"activities: {{kinds: {{ball: {BALL}}}}}",
        f"dropin: {{kinds: {{pool: {POOL.replace('adult', 'elder')}}}}}",
        "points: {volunteering_per_1000: {elder: 1}}",
    ],
)
def test_a_segment_that_does_anything_is_no_idle_one(folder: Path, text: str) -> None:
    tiny = (folder / "tiny.yaml").read_text("utf-8")
    elder = "    elder: {badminton_court: 5, activity_room: 60}\n"
    (folder / "tiny.yaml").write_text(tiny.replace(elder, ""), "utf-8")
    assert load("tiny.yaml").notices[0].startswith("segments.elder: no rate above 0")
    (folder / "child.yaml").write_text(f"extends: tiny.yaml\nname: child\n{text}\n", "utf-8")
    assert not any("segments.elder" in notice for notice in load("child.yaml").notices)


def test_expected_visits_by_hand(folder: Path) -> None:
    del folder
    inputs = load(NAME, sets=["dropin.multiplier=2"])
    weekly = (1500 + 1100 + 900) * 0.130 + (400 + 300) * 0.200
    found = expected_visits(inputs.scenario, inputs.tables)
    assert found == pytest.approx(weekly * 3 * 2)  # one week of warm-up, two counted


@pytest.mark.parametrize(
    ("opens", "closes", "monday"),
    [
        (None, None, ((540, 720), (840, 1080))),
        ("8:00", None, ((480, 720), (840, 1080))),
        ("10:00", "20:00", ((600, 720), (840, 1200))),
        ("13:00", None, ((840, 1080),)),
        (None, "11:00", ((540, 660),)),
        ("20:00", "22:00", ((1200, 1320),)),
        (None, "8:00", ()),
    ],
)
def test_a_zone_moves_the_first_opening_and_the_last_closing(
    folder: Path, opens: str | None, closes: str | None, monday: tuple[tuple[int, int], ...]
) -> None:
    del folder
    inputs, spans = load(NAME), (("9:00", "12:00"), ("14:00", "18:00"))
    hours = tuple(
        HoursRow(hours=name, days="Mon", open=since, close=until, source="x")
        for name in {row.hours for row in inputs.tables.hours}
        for since, until in spans
    )
    own = ZoneOpening(open=opens, close=closes)
    zones = {
        name: zone.model_copy(update={"opening": own})
        for name, zone in inputs.scenario.zones.items()
    }
    scenario = inputs.scenario.model_copy(update={"zones": zones})
    moved = venue_weeks(scenario, replace(inputs.tables, hours=hours))[0][1]
    assert moved[0] == monday
    assert moved[1:] == ((),) * 7
    assert longest(moved) == max((b - a for a, b in monday), default=0)


@pytest.mark.parametrize(
    ("ahead", "day", "idle"),
    [
        (9, "2026-03-24", False),
        (9, "2026-03-25", True),
        (3, "2026-03-22", False),
        (3, "2026-03-23", True),
    ],
)
def test_closures_count_until_the_zone_that_books_furthest_ahead(
    folder: Path, ahead: int, day: str, idle: bool
) -> None:
    """Counted until 2026-03-15; North books 7 days ahead, South more or less."""
    del folder
    sets = [f"zones.South.window.opens_days_ahead={ahead}", "experiment.warm_up_days=14",
            f"calendar.closures=[{{from: {day}, until: 2026-04-01}}]"]  # fmt: skip
    found = [n for n in load(NAME, sets=sets).notices if n.startswith("calendar.closures")]
    assert [("closes nothing" in n) for n in found] == [True] * idle
