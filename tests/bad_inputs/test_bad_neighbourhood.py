"""Activities, drop-in places, zones, points, money: one mistake each, reported at its place."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load

NAME = "neighbourhood.yaml"
PLACES = "drop_in_places.csv"
VENUES = "shared_venues.csv"
CHOIR = "activities.series.choir"
TALK = "activities.kinds.talk"
CANTEEN = "dropin.kinds.canteen"
RULE = "subsidy.rules.use"

# what is replaced, by what (⟦ marks the place that must be named), key, words, suggestion
VALUES = [
    # names that nothing bears
    ("venue_kinds: [activity_room]", "venue_kinds: [⟦activity_rom]", f"{TALK}.venue_kinds.0", "no kind of this name in `kinds`", "activity_room"),
    ("appeal: {adult: 5,", "appeal: {⟦adlut: 5,", f"{TALK}.appeal.adlut", "no segment", "adult"),
    ("choir: {kind: talk", "choir: {kind: ⟦talks", f"{CHOIR}.kind", "no kind of this name in `activities.kinds`", "talk"),
    ("centre: Grand Hall", "centre: ⟦Grand Hal", f"{CHOIR}.centre", "no centre of this name in centres.csv", "Grand Hall"),
    ("programme: {talk: 2,", "programme: {⟦tlak: 2,", "zones.South.programme.tlak", "no kind of this name in `activities.kinds`", "talk"),
    ("{adult: 50, elder", "{⟦adults: 50, elder", f"{CANTEEN}.visits_per_1000.adults", "no segment", "adult"),
    ("venues: {activity_room: gym}", "venues: {activity_room: ⟦gim}", "dropin.venues.activity_room", "no kind of this name in `dropin.kinds`", "gym"),
    ("venues: {activity_room: gym}", "venues: {activity_room: gym, ⟦hall: gym}", "dropin.venues.hall", "no kind of this name in `kinds`", None),
    ("volunteering_per_1000: {elder", "volunteering_per_1000: {⟦eldre", "points.volunteering_per_1000.eldre", "no segment", "elder"),
    ("turns: {minutes: 30,", "priority: [⟦eldre]\n      turns: {minutes: 30,", f"{CANTEEN}.priority.0", "no segment", "elder"),
    # the slot grid
    ("start: 19:00", "start: ⟦19:10", f"{CHOIR}.start", "19:10 does not lie on the grid of 30 minutes", None),
    ("duration_minutes: 90,", "duration_minutes: ⟦50,", f"{CHOIR}.duration_minutes", "50 is no multiple of grid_minutes (30)", None),
    ("open: 09:30", "open: ⟦09:40", "zones.South.opening.open", "does not lie on the grid", None),
    ("close: 20:00", "close: ⟦20:15", "zones.South.opening.close", "does not lie on the grid", None),
    ("capacity: 25}", "capacity: ⟦31}", f"{CHOIR}.capacity", "the largest room of Grand Hall for talk (activity_room) holds 30 people, a session takes 31", None),
    # turns
    ("turns: {minutes: 30,", "turns: {minutes: ⟦50,", f"{CANTEEN}.turns.minutes", "11-13 holds no whole number of turns of 50 minutes", None),
    ("turns: {minutes: 30, hours: 11-13}", "turns: {hours: ⟦13-11}", f"{CANTEEN}.turns.hours", "are empty", None),
    # subsidy
    ("floor: 0.2", "floor: ⟦0.6", f"{RULE}.floor", "2 zones of at least 0.6 are more than the whole", None),
    ("floor: 0.2\n      cap: 0.7", "cap: ⟦0.4", f"{RULE}.cap", "2 zones of at most 0.4 are less than the whole", None),
    ("hours_per_open_hour: 1", "⟦hours_per_open: 1", f"{RULE}.weights.hours_per_open", "unknown", "hours_per_open_hour"),
    # points
    ("  merchants: 3\n", "", "points.goods", "8 goods, but `points.merchants` is 0", None),
    ("  goods: 8\n", "", "points.merchants", "3 merchants, but `points.goods` is 0", None),
    # the schema's own words for the new mappings
    ("rule: published, days_ahead", "rule: ⟦publishd, days_ahead", "activities.rooms.rule", "no rule", "published"),
    ("rule: published, days_ahead: 14, shift", "rule: elsewhere, days_ahead: 14, ⟦shift", "activities.rooms.shift_minutes", "unknown key", None),
    ("rule: published, days_ahead: 14, shift", "⟦days_ahed: 14, rule: published, shift", "activities.rooms.days_ahed", "unknown key", "days_ahead"),
    ("weekday: Tue", "weekday: ⟦Teu", f"{CHOIR}.weekday", "unknown", "Tue"),
    ("choir: {kind: talk, centre: Grand Hall, weekday: Tue, start: 19:00", "⟦choir: {kind: talk, centre: Grand Hall, weekday: Tue, start: 25:00", CHOIR, "must lie before 24:00", None),
    ("from: 2026-03-01", "from: 2026-03-01, until: 2026-02-01", "activities.series.walk", "must not lie before", None),
    ("from: 2026-03-01", "from: ⟦2026-3-1", "activities.series.walk.from", "a date such as", None),
    ("patience_minutes: {rule: exponential, mean: 15}", "patience_minutes: {rule: ⟦exponental, mean: 15}", "dropin.kinds.gym.patience_minutes.rule", "no rule", "exponential"),
    ("queue_places: 5", "queue_places: ⟦-1", "dropin.kinds.gym.queue_places", "too small", None),
    ("{subdistrict: 100,", "{⟦subdistrct: 100,", "costs.yuan_per_centre_open_hour.subdistrct", "unknown", "subdistrict"),
    ("tiers: [community]", "tiers: [⟦comunity]", "zones.South.opening.tiers.0", "unknown", "community"),
    ("opening: {open: 09:30, close: 20:00", "⟦opening: {open: 21:00, close: 20:00", "zones.South.opening", "is empty", None),
    ("no_show: {value: 0.2", "no_show: {value: ⟦2", "activities.sign_up.no_show", "too large", None),
    ("  participations: 60", "  participations: ⟦0", "calibration.participations", "too small", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "words", "suggestion"), VALUES)
def test_a_wrong_value_is_reported_at_its_place(
    world: Any, old: str, new: str, key: str, words: str, suggestion: str | None
) -> None:
    place = world.edit(NAME, old, new)
    found = [p for p in world.problems(NAME) if words in p.message]
    assert len(found) == 1, world.failure(NAME).render()
    (problem,) = found
    assert (problem.key, problem.suggestion) == (key, suggestion)
    if "⟦" in new:
        assert (problem.file, problem.line, problem.column) == place
    assert len(world.problems(NAME)) <= 3, world.failure(NAME).render()


# what a child of the neighbourhood says, key, words
CHILDREN = [
    # what of the whole cannot be put on
    ("activities: {kinds: {talk: {weight: 0}, dance: {weight: 0}}}", "activities", "without a kind of weight above 0"),
    ("activities: {series: {walk: {centre: ⟦Pine Club, kind: ball}}, kinds: {ball: {venue_kinds: [badminton_court], starts: {weekday: {9-10: 1}, weekend: {}}, appeal: {}}}}",
     "activities.series.walk.centre", "Pine Club has no room of a kind in which ball is held (badminton_court)"),
    ("activities: {series: {walk: {centre: ⟦Pine Club}}, kinds: {dance: {capacity: {rule: uniform, low: 11, high: 20}}}}",
     "activities.series.walk.centre", "the largest room of Pine Club for dance (badminton_court or activity_room) holds 10 people, a session takes 11"),
    ("activities: {sessions: ⟦5, season: {3: 0}}", "activities.sessions", "`activities.season` is 0 in every month counted"),
    ("zones: {North: {programme_weight: 0}, South: {programme_weight: 0}}\nactivities: {sessions: ⟦5}", "activities.sessions", "`programme_weight` is 0 in every zone"),
    ("zones: {North: {programme_weight: 0}, South: {programme: {talk: 0, dance: 0}}}\nactivities: {sessions: ⟦5}",
     "activities.sessions", "`programme` is 0 for every kind with a weight (talk, dance) in South, and no other zone with people has"),
    ("zones: {North: {programme: {talk: 0}}, South: {programme: {talk: 0}}}\nactivities: {sessions: ⟦5, kinds: {dance: {weight: 0}}}",
     "activities.sessions", "`programme` is 0 for every kind with a weight (talk) in North or South"),
    ("window: {from: 2026-03-07, until: 2026-03-08}\nactivities: {sessions: ⟦5, kinds: {talk: {starts: {weekend_day: 0}}, dance: {starts: {weekend: {9-11: 0}}}}}",
     "activities.sessions", "no kind that is put on (talk, dance) starts on a weekend"),
    ("window: {from: 2026-05-30, until: 2026-06-01}\nactivities: {sessions: ⟦5, season: {5: 0}, kinds: {talk: {starts: {weekday: {18-20: 0}}}, dance: {weight: 0}}}",
     "activities.sessions", "no kind that is put on (talk) starts on a weekday, and no other days with sessions are counted"),
    # targets that no level meets
    ("activities: {sessions: 0, series: ~}", "activities.series", "is empty (null)"),
    ("activities: {kinds: {talk: {appeal: {adult: 0, elder: 0}}, dance: {appeal: {elder: 0}}}}\ncalibration: {participations: ⟦7}",
     "calibration.participations", "no kind in `activities.kinds` has an `appeal` above 0"),
    ("activities: {participants: 0}\ncalibration: {participations: ⟦7}", "calibration.participations", "`activities.participants` is 0"),
    ("activities: {sign_up: {no_show: 1}}\ncalibration: {participations: {value: ⟦7}}", "calibration.participations", "`activities.sign_up.no_show` is 1"),
    ("points: {goods: 0, merchants: 0}\ncalibration: {redemptions: ⟦7}", "calibration.redemptions", "`points.goods` is 0"),
    ("points: {trips_per_year: 0}\ncalibration: {redemptions: ⟦7}", "calibration.redemptions", "`points.trips_per_year` is 0"),
    ("points: {per_participation: 0, per_volunteering: 0}\ncalibration: {redemptions: ⟦7}", "calibration.redemptions", "nothing earns points"),
    ("points: {per_participation: 0, volunteers: 0}\ncalibration: {redemptions: ⟦7}", "calibration.redemptions", "nothing earns points"),
    ("points: {per_volunteering: 0, per_use: 1, members: 0}\ncalibration: {redemptions: ⟦7}", "calibration.redemptions", "nothing earns points"),
    # windows and turns
    ("zones: {South: {window: {opens_days_ahead: 9}}}\nexperiment: {warm_up_days: ⟦8}", "experiment.warm_up_days",
     "warm-up of 8 days is shorter than the booking window of 9 days in zones.South.window.opens_days_ahead"),
    ("dropin: {kinds: {gym: {turns: {hours: 9-12, minutes: ⟦40}}}}", "dropin.kinds.gym.turns.minutes", "9-12 holds no whole number of turns of 40"),
    # closures
    ("calendar: {closures: [{from: 2026-03-02, until: 2026-03-03, venues: [⟦Hall Cantine]}]}", "calendar.closures.0.venues.0",
     "Hall Cantine: no venue or place of this name in shared_venues.csv or drop_in_places.csv"),
    ("calendar: {closures: [{from: 2026-03-02, until: 2026-03-03, kinds: [⟦gmy]}]}", "calendar.closures.0.kinds.0",
     "gmy: no kind of this name in `kinds` or `dropin.kinds`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "words"), CHILDREN)
def test_a_child_that_breaks_what_its_parent_held(
    world: Any, text: str, key: str, words: str
) -> None:
    place = world.write("child.yaml", f"extends: {NAME}\nname: child\n{text}\n")
    found = [p for p in world.problems("child.yaml") if words in p.message]
    assert len(found) == 1, world.failure("child.yaml").render()
    (problem,) = found
    assert problem.key == key
    if "⟦" in text:
        assert (problem.file, problem.line, problem.column) == place
    assert len(world.problems("child.yaml")) <= 2, world.failure("child.yaml").render()


def test_neither_sessions_nor_series_but_participations(world: Any) -> None:
    text = (world.folder / NAME).read_text("utf-8")
    series = text[text.index("  series:\n") : text.index("dropin:\n")]
    world.edit(NAME, series, "")
    assert load(NAME).scenario.activities.series == {}
    place = world.write(
        "child.yaml",
        f"extends: {NAME}\nname: child\nactivities: {{sessions: 0}}\n"
        "calibration: {participations: ⟦9}\n",
    )
    (problem,) = world.problems("child.yaml")
    assert (problem.file, problem.line, problem.column) == place
    assert "`activities.sessions` is 0 and there are no `activities.series`" in problem.message
    assert problem.allowed == (
        "`calibration.participations: null`",
        "`activities.sessions` above 0 or a series",
    )


@pytest.mark.parametrize(
    ("text", "key", "instead"),
    [
        ("activities: {participants: 0}", "participations", "`activities.participants` above 0"),
        ("activities: {sign_up: {no_show: 1}}", "participations", "`activities.sign_up.no_show` below 1"),
        ("points: {goods: 0, merchants: 0}", "redemptions", "`points.goods` and `points.merchants` of at least 1"),
        ("points: {trips_per_year: 0}", "redemptions", "`points.trips_per_year` above 0"),
        ("points: {per_participation: 0, per_volunteering: 0}", "redemptions", "one of these above 0, with people who earn by it"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_met_says_how_to_do_without(
    world: Any, text: str, key: str, instead: str
) -> None:
    child = f"extends: {NAME}\nname: child\n{text}\n"
    world.write("child.yaml", child)
    none = f"calibration.{key}: null"
    (problem,) = world.problems("child.yaml")
    assert (problem.key, problem.allowed) == (f"calibration.{key}", (f"`{none}`", instead))
    world.write("child.yaml", f"{child}calibration: {{{key}: null}}\n")
    load("child.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "activities: {multiplier: 0}",
        "dropin: {multiplier: 0}",
        "activities: {sessions: 0}",  # there are series
        "activities: {series: {choir: {capacity: 30}}}",
        "activities: {rooms: {rule: elsewhere}, series: {choir: {capacity: 300}}}",
        "activities: {kinds: {talk: {capacity: {rule: poisson, mean: 100}}}}",
        "calibration: {participations: ~}\nactivities: {participants: 0}",
        "points: {per_participation: 0}",  # volunteers earn
        "points: {per_volunteering: 0, volunteers: 0, volunteering_per_1000: {elder: 0}}",
        "subsidy: {rules: {use: {floor: 0.5, cap: 0.5}}}",
        "zones: {South: {window: {opens_days_ahead: 7}}}",
        "zones: {South: {programme_weight: 0}}",
        "zones: {North: {programme_weight: 0}, South: {programme: {talk: 0}}}",
        "activities: {multiplier: 0, season: {3: 0}}",
        "zones: {North: {programme_weight: 0}, South: {programme_weight: 0}}\nactivities: {sessions: 0}",
        "window: {from: 2026-03-06, until: 2026-03-08}\n"
        "activities: {kinds: {talk: {starts: {weekend_day: 0}}, dance: {starts: {weekend_day: 0}}}}",
        "window: {from: 2026-03-07, until: 2026-03-08}\n"
        "activities: {kinds: {talk: {starts: {weekend_day: 0}}}}",
        "calendar: {closures: [{from: 2026-03-02, until: 2026-03-03, venues: [Willow Gym],"
        " kinds: [canteen, activity_room], centres: [Grand Hall]}]}",
        "dropin: {kinds: {canteen: {turns: {minutes: 40}}}}",
        "dropin: {kinds: {canteen: {turns: {}}}}",
    ],
)
def test_what_holds(world: Any, text: str) -> None:
    """What comes close to a mistake, or is one only for another rule, is let pass."""
    world.write("child.yaml", f"extends: {NAME}\nname: child\n{text}\n")
    load("child.yaml")


def test_a_window_that_holds_nowhere_asks_for_no_warm_up(world: Any) -> None:
    """Every zone has a window of its own, so the policy's is nobody's."""
    text = (
        "zones: {North: {window: {opens_days_ahead: 5}}}\npolicy: {window: {opens_days_ahead: 30}}"
    )
    world.write("child.yaml", f"extends: {NAME}\nname: child\n{text}\n")
    assert load("child.yaml").scenario.opens_days_ahead == 6


def test_a_warm_up_by_default_is_no_key_to_point_at(world: Any) -> None:
    world.edit("tiny.yaml", "  warm_up_days: 7\n", "")
    place = world.edit(NAME, "opens_days_ahead: 6", "opens_days_ahead: ⟦22")
    (problem,) = world.problems(NAME)
    assert problem.key == "zones.South.window.opens_days_ahead"
    assert (problem.file, problem.line, problem.column) == place
    assert problem.message == "warm-up of 21 days is shorter than the booking window of 22 days"


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("zones: {North: {programme_weight: 0}}", "`programme_weight` above 0 in North"),
        ("zones: {North: {programme: {talk: 0, dance: 0}}}", "a factor above 0 in `zones.North.programme`"),
        ("window: {from: 2026-03-07, until: 2026-03-08}\n"
         "activities: {kinds: {talk: {starts: {weekend_day: 0}}, dance: {weight: 0}}}",
         "`activities.kinds.talk.starts.weekend_day` above 0"),
        ("window: {from: 2026-03-07, until: 2026-03-08}\n"
         "activities: {kinds: {talk: {starts: {weekend: {9-12: 0}}}, dance: {weight: 0}}}",
         "`activities.kinds.talk.starts.weekend` with a weight above 0"),
        ("activities: {season: {3: 0}}", "`activities.season` above 0 in 3"),
    ],
)  # fmt: skip
def test_sessions_that_lie_nowhere_where_people_are(world: Any, text: str, instead: str) -> None:
    """A zone without people puts nothing on, whatever it says."""
    people = (world.folder / "people.csv").read_text("utf-8")
    for old in ("Willow Court,adult,1100", "Willow Court,elder,300", "Willow Works,adult,900"):
        people = people.replace(old, f"{old.rpartition(',')[0]},0")
    (world.folder / "people.csv").write_text(people, "utf-8")
    load(NAME)
    child = f"extends: {NAME}\nname: child\n{text}\n"
    world.write("child.yaml", child)
    (problem,) = world.problems("child.yaml")
    assert (problem.key, problem.allowed) == ("activities.sessions", ("0", instead))
    assert load("child.yaml", sets=["activities.sessions=0"])


def test_a_misspelt_zone_of_the_parent(world: Any) -> None:
    """It is a new one, which would need an operator: more likely the parent's was meant."""
    text = f"extends: {NAME}\nname: child\nzones: {{⟦Nroth: {{programme_weight: 2}}}}\n"
    place = world.write("child.yaml", text)
    (problem,) = world.problems("child.yaml")
    assert (problem.file, problem.line, problem.column) == place
    assert problem.message == "missing key `operator`"
    assert (problem.key, problem.suggestion) == ("zones.Nroth", "North")
    world.write("child.yaml", text.replace("⟦Nroth", "Elsewhere"))
    (problem,) = world.problems("child.yaml")
    assert problem.suggestion is None


def test_a_zone_like_another_of_the_same_file_is_not_misspelt(world: Any) -> None:
    world.edit("tiny.yaml", "North: {operator: Alpha}", "North: {}")
    (problem,) = world.problems("tiny.yaml")
    assert (problem.message, problem.suggestion) == ("missing key `operator`", None)


SECTIONS = ["activities", "dropin", "points", "costs", "subsidy", "people"]
INNER = [
    "activities.kinds",
    "activities.series",
    "activities.rooms",
    "activities.kinds.talk",
    "dropin.kinds",
    "dropin.venues",
    "dropin.kinds.gym",
    "dropin.kinds.gym.curve",
    "subsidy.rules",
    "zones.South",
    "zones.South.opening",
    "zones.South.window",
    "calibration",
    "points.price",
]


@pytest.mark.parametrize("section", [*SECTIONS, *INNER])
@pytest.mark.parametrize("value", ["3", "[1]", "x"])
def test_a_broken_section_is_one_problem(world: Any, section: str, value: str) -> None:
    """What depends on it is not known to be wrong."""
    assert [p.key for p in world.problems(NAME, sets=[f"{section}={value}"])] == [section]


def test_without_its_parent_nothing_is_said_that_it_may_have_given(world: Any) -> None:
    world.write(
        "child.yaml",
        "extends: absent\nname: child\nzones: {South: {programme: {talk: 2}}}\n"
        "points: {goods: 3}\ncalibration: {participations: 7, redemptions: 7}\n"
        f"world: {{places: {PLACES}, venues: {VENUES}}}\n"
        "activities: {series: {choir: {kind: talk, centre: Grand Hall}}}\n"
        "subsidy: {rules: {use: {equal: 1, cap: 0.4}}}\n",
    )
    assert [p.key for p in world.problems("child.yaml")] == ["extends"]


def test_problems_of_all_parts_come_in_two_passes(world: Any) -> None:
    """Types and names of all files first; what does not fit together once these are right."""
    world.edit(NAME, "start: 19:00", "start: 19:10")
    world.edit(NAME, "floor: 0.2", "floor: 0.6")
    world.edit(NAME, "merchants: 3", "merchants: 0")
    world.edit(NAME, "minutes: 30, hours", "minutes: 50, hours")
    wrong = ("kind: dance,", "kind: danse,"), ("bookings: 100", "bookings: many")
    for old, new in wrong:
        world.edit(NAME, old, new)
    world.edit(PLACES, ",gym,", ",gmy,")
    assert [p.key for p in world.problems(NAME)] == [
        "activities.series.walk.kind",
        "calibration.bookings",
        "kind",
    ]
    for old, new in wrong:
        world.edit(NAME, new, old)
    world.edit(PLACES, ",gmy,", ",gym,")
    assert [p.key for p in world.problems(NAME)] == [
        "activities.series.choir.start",
        "dropin.kinds.canteen.turns.minutes",
        "points.goods",
        "subsidy.rules.use.floor",
    ]
