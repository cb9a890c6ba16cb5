"""Every rule about values in the YAML: one wrong file each, reported at its place by its key."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load

# what is replaced, by what (⟦ marks the place that must be named), key, words, suggestion
CASES = [
    ("  multiplier: 1\n", "  ⟦multipler: 1\n", "demand.multipler", "unknown key", "multiplier"),
    ("name: tiny", "name: tiny\n⟦polcy: {}", "polcy", "unknown key", "policy"),
    ("name: tiny\n", "", "", "missing key `name`", None),
    ("name: tiny", "name: ⟦a b", "name", "letters, digits", None),
    ("name: tiny", "name: ⟦12", "name", "must be text", None),
    ("    curve: evening\n", "", "segments.adult", "missing key `curve`", None),
    ("  level: 1", '  level: ⟦"1"', "demand.level", "must be a number (without quotes)", None),
    ("  level: 1", "  level: ⟦30 min", "demand.level", "without a unit", None),
    ("  level: 1", "  level: ⟦true", "demand.level", "true must be a number", None),
    ("  level: 1", "  level: ⟦.nan", "demand.level", "finite", None),
    ("  level: 1", "  level: ⟦-.inf", "demand.level", "finite", None),
    ("  level: 1", "  level: ⟦1e999", "demand.level", "finite", None),
    ("  level: 1", f"  level: ⟦1{'0' * 390}", "demand.level", "finite", None),
    ("  level: 1", f"  level: ⟦1{'0' * 9000}", "demand.level", "finite", None),
    ("  level: 1", "  level: ⟦-1", "demand.level", "-1 is too small", None),
    ("  level: 1", "  level: ⟦1e6", "demand.level", "too large", None),
    ("  multiplier: 1\n", "  ⟦multiplier:\n", "demand.multiplier", "is empty (null)", None),
    ("  level: 1", "  level: ⟦[1]", "demand.level", "must be a number", None),
    ("demand:\n  level: 1", "⟦demand:\n  level: 1\n  fit: x", "demand", "not both", None),
    ("demand:\n  level: 1", "⟦demand:", "demand", "give either fit", None),
    ("grid_minutes: 30", "grid_minutes: ⟦30.5", "grid_minutes", "a whole number", None),
    ("grid_minutes: 30", "grid_minutes: ⟦25", "grid_minutes", "does not divide 60", None),
    ("grid_minutes: 30", "grid_minutes: ⟦0", "grid_minutes", "too small", None),
    ("from: 2026-03-02", "from: ⟦2026-3-2", "window.from", "a date such as", None),
    ("from: 2026-03-02", "from: ⟦20260302", "window.from", "a date such as", None),
    ("from: 2026-03-02", "from: ⟦2026-02-30", "window.from", "a date such as", None),
    ("from: 2026-03-02", "from: ⟦1926-03-02", "window.from", "too early", None),
    ("window: {from: 2026-03-02", "⟦window: {from: 2026-04-02", "window", "must not lie before", None),
    ("country: none", "country: ⟦CH", "calendar.country", "unknown", None),
    ("rule: poisson", "rule: ⟦poison", "kinds.activity_room.party.rule", "no rule", "poisson"),
    ("party: {rule: poisson, ", "⟦party: {", "kinds.activity_room.party", "missing key `rule`", None),
    (", mean: 6", "", "kinds.activity_room.party", "missing key `mean`", None),
    ("min: 2, max: 15", "min: 20, max: 15", "kinds.activity_room.party", "must not exceed", None),
    ("min: 2, max: 15", "⟦mni: 2", "kinds.activity_room.party.mni", "unknown key", "min"),
    ("values: [2, 4]", "values: [2, ⟦x]", "kinds.badminton_court.party.values.1", "a number", None),
    ("values: [2, 4]", "values: [2, 4, 5]", "kinds.badminton_court.party", "3 values but 2", None),
    ("{8-18: 30, 18-22: 70}", "{⟦evening: 30}", "demand.curves.evening.weekday.evening", "18-22", None),
    ("{8-18: 30, 18-22: 70}", "{8-18: 30, 17-22: 1}", "demand.curves.evening.weekday", "overlap", None),
    ("{8-18: 30, 18-22: 70}", "{22-18: 30}", "demand.curves.evening.weekday", "are empty", None),
    ("North: {operator: Alpha}", "⟦N/W: {operator: Alpha}", "zones.N/W", "a name without", None),
    ("South: {operator: Beta", "South: {⟦operater: Beta", "zones.South.operater", "unknown key", "operator"),
    ("source: literature", "source: ⟦literatur", "segments.elder.metres_per_second.source", "no kind of", "literature"),
    ("source: literature", "⟦sorce: data", "segments.elder.metres_per_second.sorce", "unknown key of a number", "source"),
    ("value: 0.9, ", "", "segments.elder.metres_per_second", "missing key `value`", None),
    ("value: 0.9", "⟦valeu: 0.9", "segments.elder.metres_per_second.valeu", "unknown key", "value"),
    ("value: 0.9", "value: ⟦fast", "segments.elder.metres_per_second", "must be a number", None),
    ("value: 0.9", "value: ⟦9", "segments.elder.metres_per_second", "too large", None),
    ("range: [0.7, 1.1]", "range: ⟦[1.0, 1.1]", "segments.elder.metres_per_second.range", "does not contain", None),
    ("range: [0.7, 1.1]", "range: ⟦[1.1, 0.7]", "segments.elder.metres_per_second.range", "[low, high]", None),
    ("range: [0.7, 1.1]", "range: ⟦0.7", "segments.elder.metres_per_second.range", "[low, high]", None),
    ("range: [0.7, 1.1]", "range: ⟦[0.7, 10]", "segments.elder.metres_per_second.range", "beyond", None),
    ("note: walking speed past 65", "note: ⟦65", "segments.elder.metres_per_second.note", "text", None),
    ("replications: 3", "replications: ⟦many", "experiment.replications", "or a mapping with precision", None),
    ("replications: 3", "replications: {⟦precison: 0.1}", "experiment.replications.precison", "unknown key", "precision"),
    ("replications: 3", "replications: {precision: ⟦2}", "experiment.replications.precision", "too large", None),
    ("replications: 3", "replications: ⟦0", "experiment.replications", "too small", None),
    ("warm_up_days: 7", "warm_up_days: ⟦6", "experiment.warm_up_days", "shorter than the booking window", None),
    ("seed: 1", "seed: ⟦-1", "experiment.seed", "too small", None),
    ("seed: 1", "primary: [⟦served_shar]", "experiment.primary.0", "unknown", "served_share"),
    ("seed: 1", "primary: ⟦served_share", "experiment.primary", "must be a list, such as [served_share]", None),
    ("seed: 1", "primary: ⟦served_shar", "experiment.primary", "must be a list, such as [served_share]", None),
    ("seed: 1", "⟦primary: {a: 1}", "experiment.primary", "must be a list, such as [{...}]", None),
    ("country: none", "country: none\n  closures: [{from: 2026-03-02, until: 2026-03-03, venues: ⟦Pine Room}]",
     "calendar.closures.0.venues", "must be a list, such as [Pine Room]", None),
    ("rule: first_come", "rule: ⟦first_came", "policy.selection.rule", "no rule known", "first_come"),
    ("block_minutes: 120", "block_minutes: ⟦100", "off_platform.block_minutes", "no multiple", None),
    ("    curve: evening", "    curve: ⟦evenin", "segments.adult.curve", "no curve of this name", "evening"),
    ("    adult: {bad", "    ⟦adlut: {bad", "demand.wishes_per_1000.adlut", "no segment", "adult"),
    ("{badminton_court: 40,", "{⟦badminton: 40,", "demand.wishes_per_1000.adult.badminton", "no kind", "badminton_court"),
    ("country: none", "country: none\n  closures: [{from: 2026-03-02, until: 2026-03-03, venues: [⟦Pine Rom]}]",
     "calendar.closures.0.venues.0", "no venue or place of this name", "Pine Room"),
    ("country: none", "country: none\n  closures: [{from: 2026-03-02, until: 2026-03-03, hours: ⟦noon}]",
     "calendar.closures.0.hours", "12:00-14:00", None),
    ("country: none", "country: none\n  closures: [⟦{from: 2026-03-02, until: 2026-03-03, hours: 14:00-12:99}]",
     "calendar.closures.0", "no stretch", None),
    ("title: A tiny world for tests", "⟦title: {value: x}", "title", "must be text", None),
    ("title: A tiny world for tests", 'title: ⟦"a\\nb"', "title", "text on one line", None),
    ("title: A tiny world for tests", 'title: ⟦"a\\x1b[2J"', "title", "text on one line", None),
    ("title: A tiny world for tests", 'title: ⟦"a\\x7f"', "title", "text on one line", None),
    ("title: A tiny world for tests", 'place: ⟦"a\\0b"', "place", "text on one line", None),
    ("South: {operator: Beta", 'South: {operator: ⟦"Be\\eta"', "zones.South.operator", "control characters", None),
    ("focus: sport for families", 'focus: ⟦"a\\rb"', "zones.South.focus", "text on one line", None),
    ("North: {operator: Alpha}", '⟦"No\\x01rth": {operator: Alpha}', "zones.No\x01rth", "control characters", None),
    ("policy:\n", "analysis: {peak_weekday: ⟦22-18}\npolicy:\n", "analysis.peak_weekday", "are empty", None),
    ("policy:\n", "analysis: {peak_weekend: ⟦9-9}\npolicy:\n", "analysis.peak_weekend", "are empty", None),
    ("start_minutes: 60", "rooms_at_once: {⟦0: 1}", "kinds.badminton_court.rooms_at_once.0", "too small", None),
    ("start_minutes: 60", "rooms_at_once: {1: 3, ⟦21: 1}", "kinds.badminton_court.rooms_at_once.21", "too large", None),
    ("start_minutes: 60", "rooms_at_once: {1: 3, 2: ⟦-1}", "kinds.badminton_court.rooms_at_once.2", "too small", None),
    ("start_minutes: 60", "⟦rooms_at_once: {2: 0}", "kinds.badminton_court.rooms_at_once", "needs a weight above zero", None),
    ("start_minutes: 60", "rooms_at_once: ⟦2", "kinds.badminton_court.rooms_at_once", "must be a mapping", None),
    ("start_minutes: 60", "start_minutes: ⟦7", "kinds.badminton_court.start_minutes", "do not fit into hours", None),
    ("start_minutes: 60", "start_minutes: ⟦20", "kinds.badminton_court.start_minutes", "no multiple of grid_minutes", None),
    ("start_minutes: 60", "start_minutes: ⟦true", "kinds.badminton_court.start_minutes", "true must be a whole number", None),
    ("start_minutes: 60", "start_minutes: ⟦2000", "kinds.badminton_court.start_minutes", "too large", None),
    ("policy:\n", "policy: ⟦~\npolicies:\n", "policy", "is empty (null)", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "words", "suggestion"), CASES)
def test_a_wrong_value_is_reported_at_its_place(
    world: Any, old: str, new: str, key: str, words: str, suggestion: str | None
) -> None:
    place = world.edit("tiny.yaml", old, new)
    found = [p for p in world.problems() if words in p.message]
    assert len(found) == 1, world.failure().render()
    problem = found[0]
    assert problem.key == key
    assert problem.suggestion == suggestion
    assert problem.file == "tiny.yaml"
    if "⟦" in new:
        assert (problem.file, problem.line, problem.column) == place


@pytest.mark.parametrize(
    "case", [c for c in CASES if c[0] not in ("policy:\n", "demand:\n  level: 1")]
)
def test_one_mistake_gives_few_messages(world: Any, case: tuple[str, str, str, str, str]) -> None:
    """A misspelt name may have one consequence (what it should have named), not a shower."""
    world.edit("tiny.yaml", case[0], case[1])
    assert len(world.problems()) <= 3, world.failure().render()


def test_a_wrong_value_lists_what_is_allowed(world: Any) -> None:
    world.edit("tiny.yaml", "country: none", "country: CH")
    (problem,) = world.problems()
    assert problem.allowed == ("CN", "none")


def test_the_text_printed(world: Any) -> None:
    world.edit("tiny.yaml", "  multiplier: 1\n", "  multipler: 1\n")
    assert world.failure().render() == (
        "tiny.yaml:41:3: demand.multipler: unknown key; allowed: multiplier, "
        "wishes_per_1000, fit, level, intensity, curves, presence, day_effect, lead_days, "
        "flexibility, cancellation, no_show and 1 more. Did you mean `multiplier`?\n"
        "    41 |   multipler: 1\n"
        "1 problem in 1 of 8 files. Nothing was run."
    )


@pytest.mark.parametrize(
    ("text", "column", "key", "words"),
    [
        ("demand.multipler=3", 8, "demand.multipler", "unknown key"),
        ("demand.multiplier=x", 19, "demand.multiplier", "must be a number"),
        ("demand.multiplier=", 19, "demand.multiplier", "is empty"),
        ("demand.multiplier", 1, "", "dotted.key=value"),
        ("=3", 1, "", "dotted.key=value"),
        ("demand..multiplier=3", 1, "", "dotted.key=value"),
        ("extends=x.yaml", 1, "extends", "only stand in a scenario"),
        ("title=[a", 9, "", "not closed"),
        ("title=!!python/name:os.system x", 7, "", "tag"),
        ("segments.adult.curve=dawn", 22, "segments.adult.curve", "no curve"),
        ("experiment.warm_up_days=2", 25, "experiment.warm_up_days", "shorter"),
    ],
)
def test_a_wrong_set_is_reported_at_its_place(
    world: Any, text: str, column: int, key: str, words: str
) -> None:
    (problem,) = world.problems(sets=[text])
    assert (problem.file, problem.line, problem.column) == (f"--set {text}", 1, column)
    assert problem.key == key
    assert words in problem.message
    assert "on the command line" in world.failure(sets=[text]).render()


def test_wrong_options_are_named_as_options(world: Any) -> None:
    assert world.failure(replications=0, seed=-1).render() == (
        "--replications 0: must be 1 or larger\n"
        "--seed -1: must be 0 or larger\n"
        "2 problems on the command line. Nothing was run."
    )
    assert world.failure(replications="1.5", seed="x").render().splitlines()[:2] == [
        "--replications 1.5: must be a whole number",
        "--seed x: must be a whole number",
    ]
    assert "must be 100,000 or smaller" in world.failure(replications=10**6).render()


@pytest.mark.parametrize("section", ["demand", "kinds", "segments", "zones", "world", "window"])
@pytest.mark.parametrize("value", ["3", "", "[1]", "x"])
def test_a_broken_section_is_one_problem(world: Any, section: str, value: str) -> None:
    """What depends on it is not known to be wrong."""
    (problem,) = world.problems(sets=[f"{section}={value}"])
    assert problem.key == section


@pytest.mark.parametrize("inner", ["presence", "curves", "wishes_per_1000"])
def test_a_broken_part_of_demand_is_one_problem(world: Any, inner: str) -> None:
    (problem,) = world.problems(sets=[f"demand.{inner}=3"])
    assert problem.key == f"demand.{inner}"


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("kinds.badminton_cour.outdoor=true", "kinds.badminton_cour", "badminton_court"),
        ("kinds={activity_rom: {outdoor: true}}", "kinds.activity_rom", "activity_room"),
        ("segments.adlut.adopters=0.1", "segments.adlut", "adult"),
        ("zones.Nroth.focus=x", "zones.Nroth", "North"),
    ],
)
def test_a_set_that_misspells_what_is_there(
    world: Any, text: str, key: str, suggestion: str
) -> None:
    (problem,) = world.problems(sets=[text])
    assert (problem.key, problem.suggestion) == (key, suggestion)
    assert "--set is for changing what is there" in problem.message


def test_a_set_may_still_bring_in_something_of_another_name(world: Any) -> None:
    inputs = load("tiny.yaml", sets=["kinds.sauna.outdoor=false"])
    assert "sauna" in inputs.scenario.kinds
    assert world.folder


def test_no_message_speaks_pydantic(world: Any) -> None:
    for value in ("x", "30.5", "[x]", "{a: 1}", "1e400", "true", "99999999999999999999999999"):
        for key in ("experiment.seed", "kinds.activity_room.season", "travel.distance_bands"):
            assert "input should" not in world.failure(sets=[f"{key}={value}"]).render().lower()
