"""What is advised in towns in which one can reason what each lever does."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from advise.towns import advised, crowded, lever, riverside, short_of_hours
from sim import simulate
from sim.advise.effects import GAIN, LOSS, NONE, UNBOUNDED, Town, drawn_ranks, ratio_of
from sim.advise.levers import levers_of
from sim.advise.programme import Advice, terms_of
from sim.advise.words import summary
from sim.cli.verbs.advise import write_programme
from sim.scenario.differences import input_differences
from sim.scenario.loading import load, read
from sim.stats.intervals import Interval


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    """An hour more at one end is of no use to anybody, one at both ends is."""
    parts = short_of_hours(
        early=lever({"opening.open": "8:00"}, 100),
        late=lever({"opening.close": "13:00"}, 100),
        idle=lever({"policy.waitlist": "{}"}, 10),
    )
    return advised(parts, tmp_path_factory.mktemp("together"), 250)


@pytest.fixture(scope="module")
def instead(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    """Two keys by which the same hours are opened, one of them at two prices; a rule that takes."""
    parts = crowded(
        zone=lever({"zones.Z.opening.close": "15:00"}, 100),
        town=lever({"opening.close": "15:00"}, 120),
        dear=lever({"opening.close": "15:00"}, 1200),
        keep=lever({"policy.reserve": "[{share: 1, for: [one], release_hours_ahead: 0}]"}),
    )
    return advised(parts, tmp_path_factory.mktemp("instead"), 250)


def row(advice: Advice, name: str) -> pd.Series:
    return advice.table.set_index("lever").loc[name]


def names(advice: Advice) -> str:
    return advice.levers.words(advice.best[0])


def test_what_changes_nothing_is_no_gain_and_stands_last(together: Advice) -> None:
    idle = row(together, "idle")
    assert idle["verdict"] == NONE
    assert idle["gain"] == 0
    assert pd.isna(idle["rank"])
    table = together.table
    assert table["lever"].iloc[0] == "do nothing"  # nothing gains alone
    assert (table["verdict"].iloc[1:] == NONE).all()


IDLE = {
    "nowhere": {"travel.links": "[nowhere]"},
    "nights": {"opening.open": "6:00"},
    "rule": {"policy.limits.active_bookings": 500},
}


def test_a_bridge_to_nowhere_hours_nobody_wants_and_a_rule_that_binds_nobody(
    tmp_path: Path,
) -> None:
    """Each is worth nothing, and is not taken beside what is worth its money."""
    levers = {name: lever(settings, 10) for name, settings in IDLE.items()}
    bridge = lever({"travel.links": "[bridge]"}, 100)
    found = advised(riverside(bridge=bridge, **levers), tmp_path, 250)
    table = found.table.set_index("lever").loc[list(IDLE)]
    assert set(table["verdict"]) == {NONE}
    assert set(table["gain"]) == {0}
    assert table["rank"].isna().all()
    assert row(found, "bridge")["verdict"] == GAIN
    assert list(found.table["lever"][:2]) == ["bridge", "do nothing"]
    assert names(found) == "bridge: all"


def test_levers_that_only_help_together_are_found(together: Advice) -> None:
    assert {row(together, name)["verdict"] for name in ("early", "late")} == {NONE}
    assert names(together) == "early: all + late: all"
    assert together.best[1].low > 0
    assert together.settled
    first, second = (gain.mean for _, gain in together.steps)
    assert first == 0 < second


def test_levers_that_make_each_other_worthless_are_not_both_taken(instead: Advice) -> None:
    assert {row(instead, name)["verdict"] for name in ("zone", "town")} == {GAIN}
    assert names(instead) == "zone: all"
    assert instead.levers.words(instead.second[0]) == "town: all"
    assert instead.apart.mean == 0
    assert instead.bound == pytest.approx(row(instead, "zone")["gain"])


def test_cost_is_only_in_the_ratio(instead: Advice) -> None:
    town, dear = row(instead, "town"), row(instead, "dear")
    assert dear["gain"] == town["gain"]
    assert dear["yuan_per_hour"] == pytest.approx(10 * town["yuan_per_hour"])
    assert float(dear["ratio_high"]) == pytest.approx(10 * float(town["ratio_high"]))
    assert dear["dominated_by"] == "zone: all"
    assert list(instead.table["lever"])[:3] == ["zone", "town", "dear"]


def test_a_rule_that_takes_from_some_names_them(instead: Advice) -> None:
    keep = row(instead, "keep")
    assert keep["losers"].startswith("segment two -")
    assert "segment one" not in keep["losers"]
    assert keep["verdict"] == LOSS


def test_a_budget_below_everything_advises_to_do_nothing(instead: Advice) -> None:
    assert len(instead.programmes) == 20
    assert instead.programmes["levers"].iloc[0] == "do nothing"  # 25 yuan
    assert instead.programmes["simulated"].iloc[0] == 0
    bought = instead.programmes.set_index("budget")["levers"]
    assert bought[125.0] == "zone: all"
    assert (instead.programmes["cost"] <= instead.programmes["budget"]).all()


def test_the_words_say_who_what_and_how_sure(instead: Advice) -> None:
    told = summary(instead, "person_hours")
    text = "\n".join(told["lines"])
    assert text.startswith("Recommended: zone: all: +")
    assert "the difference may be chance" in text
    assert "Makes it worse: keep: all" in text
    assert "show chance only" in text


def test_the_words_say_where_the_search_was_not_settled(instead: Advice) -> None:
    told = "not settled after 3 turns: a better set may exist"
    unsettled = replace(instead, settled=False, turns=3)
    assert told in "\n".join(summary(unsettled, "person_hours")["lines"])
    assert "not settled" not in "\n".join(summary(instead, "person_hours")["lines"])


def test_the_programme_is_a_scenario_that_does_the_same(together: Advice) -> None:
    levers, chosen = together.levers, together.best[0]
    write_programme(levers.base.path.parent, levers, chosen)
    written = load(levers.base.path.with_name("programme.yaml"))
    simulated = levers.inputs(chosen)
    assert not input_differences(written, simulated).keys
    assert input_differences(written, levers.base).keys


def test_tables_that_levers_name_lie_beside_the_programme(tmp_path: Path) -> None:
    """It may be run where the files of the scenario asked are not found."""
    path = crowded(long=lever({"world.hours": "long.csv"})).write(tmp_path)
    hours = (tmp_path / "hours.csv").read_text("utf-8")
    (tmp_path / "long.csv").write_text(hours.replace("12:00", "15:00"), "utf-8")
    levers, chosen = levers_of(read(path), []), frozenset([0])
    write_programme(tmp_path, levers, chosen)
    (tmp_path / "long.csv").unlink()
    written = load(tmp_path / "programme.yaml")
    assert not input_differences(written, levers.inputs(chosen)).keys
    assert input_differences(written, levers.base).keys


def test_a_programme_carries_what_a_file_of_levers_says_beside_them(tmp_path: Path) -> None:
    """It needs neither the file nor the tables that it names."""
    path = crowded(early=lever({"opening.open": "8:00"})).write(tmp_path / "town")
    hours = path.with_name("hours.csv").read_text("utf-8")
    (tmp_path / "long.csv").write_text(hours.replace("12:00", "15:00"), "utf-8")
    file = tmp_path / "levers.yaml"
    said = {"world": {"hours": "long.csv"}, "policy": {"limits": {"active_bookings": 3}}}
    more = {"advise": {"levers": {"list": lever({"policy.waitlist": "{}"})}}, "place": "Elsewhere"}
    file.write_text(json.dumps({**said, **more}), "utf-8")
    levers = levers_of(read(path, alternatives=[file]), [], [file])
    chosen = frozenset([1])
    assert levers.words(chosen) == "list: all"
    write_programme(path.parent, levers, chosen)
    for name in ("long.csv", "levers.yaml"):
        (tmp_path / name).unlink()
    written = load(path.with_name("programme.yaml"))
    assert not input_differences(written, levers.inputs(chosen)).keys
    assert set(input_differences(written, load(path)).keys) == {"opening hours", "rules"}
    after, before = (simulate(one.path, 1).set_index(["metric", "group"]) for one in
                     (written, load(path)))  # fmt: skip
    assert after.loc[("met_share", "all"), "mean"] > before.loc[("met_share", "all"), "mean"]


def test_a_ratio_has_no_upper_limit_where_no_gain_is_possible() -> None:
    assert ratio_of(100, Interval(10, 5, 20, 4)) == (10, "5", "20")
    assert ratio_of(100, Interval(10, -5, 20, 4)) == (10, "5", UNBOUNDED)
    assert math.isnan(ratio_of(100, Interval(-1, -5, 3, 4))[0])
    assert math.isnan(ratio_of(-100, Interval(10, 5, 20, 4))[0])


def test_terms_add_up_to_what_was_simulated() -> None:
    a, b = (frozenset([i]) for i in (0, 1))
    noise = np.array([-0.1, 0.1, 0.0])
    gains = {frozenset(): 0 * noise, a: 3 + noise, b: noise, a | b: 1 + noise}
    terms = terms_of(gains, 0.95)
    assert set(terms) == {a, a | b}  # what b adds alone is chance
    assert terms[a] + terms[a | b] == pytest.approx(1)


def test_ranks_are_over_chance_and_costs() -> None:
    """Of two equal gains the cheaper is first, unless its cost might as well be the other's."""

    def ranked(low: float, high: float) -> pd.DataFrame:
        names = ["a", "b"]
        costs = {"cost_low": [low, 120], "cost": [100, 120], "cost_high": [high, 120]}
        table = pd.DataFrame({"lever": names, "size": "all", "verdict": GAIN, **costs})
        gains = {frozenset([i]): np.array([10.0, 11.0, 12.0]) for i in (0, 1)}
        choices = [SimpleNamespace(lever=name, size="all") for name in names]
        levers = SimpleNamespace(choices=choices)
        return drawn_ranks(cast("Town", SimpleNamespace(levers=levers, gains=gains)), table)

    sure, unsure = ranked(100, 100), ranked(40, 160)
    assert sure[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    assert list(sure["first_share"]) == [1, 0]
    assert unsure[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    # of the triangle from 40 over 100 to 160 a share of 1 - (40 / 120) ** 2 * 2 lies below 120
    assert unsure["first_share"].iloc[0] == pytest.approx(1 - 2 / 9, abs=0.025)
