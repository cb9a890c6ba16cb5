"""What leads, over draws of the assumptions, in a town in which one can reason what turns it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import Parts

from advise.towns import crowded, lever
from sim.advise.assumptions import (
    Assumptions,
    DrawnWorlds,
    drawn_worlds,
    over_assumptions,
)
from sim.advise.effects import Town
from sim.advise.levers import levers_of
from sim.advise.programme import Advice, Spending, advise
from sim.advise.words import summary
from sim.cli.options import Options
from sim.cli.verbs.advise import advise as advise_verb
from sim.cli.verbs.sensitivity import sensitivity as sensitivity_verb
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.messages import speak
from sim.scenario.draws import draw_plan
from sim.scenario.loading import read

DRAWS = 64


def held_off_the_platform() -> Parts:
    """Some hours are held off the platform; that they come back, or an hour more, costs the same.

    Where few are held the hour is worth more, where many are their return.
    """
    share = {"value": 0.5, "source": "assumption", "range": [0.05, 0.6]}
    return crowded(
        platform=lever({"off_platform.share": 0}, 100),
        later=lever({"opening.close": "13:00"}, 100),
    ).set(off_platform__share=share)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Advice, Assumptions, list[float]]:
    path = held_off_the_platform().write(tmp_path_factory.mktemp("town"))
    reading = read(path)
    inputs, plan = reading.require_inputs(), draw_plan(reading)
    fits = [[inputs.level, inputs.interest]] * DRAWS
    kept = {"levels": [None, *fits[1:], fits[0]], "seed": 1, "inputs": ["off_platform.share"]}
    worlds = drawn_worlds(kept, plan)
    assert worlds is not None
    with Engine(Local(1)) as engine:
        town = Town(levers_of(reading, []), engine, "person_hours", 4, 1)
        found = advise(town, Spending(250, False), lambda _: None)
        assumed = over_assumptions(found, town, worlds, lambda _: None)
    assert assumed is not None
    return found, assumed, (0.05 + 0.55 * worlds.u[1:, 0]).tolist()


def test_the_first_place_turns_where_few_hours_are_held(
    drawn: tuple[Advice, Assumptions, list[float]],
) -> None:
    advice, assumed, _ = drawn
    assert assumed.draws == DRAWS  # one of 65 could not be fitted
    assert assumed.verdict == "depends"
    assert assumed.first.flip is not None
    assert not assumed.first.flip.above
    table = assumed.table.set_index("levers")
    assert table["first_share"].iloc[:2].sum() == pytest.approx(1)
    assert 0.5 < table.loc["platform: all", "first_share"] == assumed.first.same < 0.95
    told = summary(advice, "person_hours", assumed)
    said = "\n".join(told["lines"])
    assert "depends on whether the share of hours used off the platform is below 0." in said
    assert "is the best bargain in" in said
    assert told["assumptions"]["draws"] == DRAWS


def test_a_gain_in_draws_is_that_of_the_world_drawn(
    drawn: tuple[Advice, Assumptions, list[float]],
) -> None:
    """What comes back is what was held: gains go with the share drawn, and none is without it."""
    _, assumed, shares = drawn
    gains = assumed.findings.asked.ratios[1:, 1, 0]
    assert assumed.findings.asked.labels[1] == "platform: all"
    assert np.corrcoef(shares, gains)[0, 1] > 0.9
    row = assumed.table.iloc[0]
    assert row["depends_on"] == "off_platform.share"
    assert row["assumption_low"] < row["gain_low"]
    assert row["verdict"] == "robust"  # a gain, however large


def test_costs_are_drawn_too(tmp_path: Path) -> None:
    """Of two equal measures the one with the wider cost is first as its cost is drawn."""
    wide = {"value": 100, "range": [10, 190]}
    parts = crowded(
        sure=lever({"opening.close": "15:00"}, 100),
        wide={**lever({"zones.Z.opening.close": "15:00"}), "excludes": ["sure"]},
    ).set(off_platform__share={"value": 0.001, "range": [0, 0.002]})
    parts.scenario["advise"]["levers"]["wide"]["sizes"]["all"]["once"] = wide
    reading = read(parts.write(tmp_path))
    plan, levers = draw_plan(reading), levers_of(reading, [])
    worlds = DrawnWorlds(plan.dimensions, np.full((DRAWS, 1), 0.5), np.ones((DRAWS, 2)))
    with Engine(Local(1)) as engine:
        town = Town(levers, engine, "person_hours", 3, 1)
        found = advise(town, Spending(250, False), lambda _: None)
        assumed = over_assumptions(found, town, worlds, lambda _: None)
    assert assumed is not None
    assert assumed.first.same == pytest.approx(0.5, abs=0.05)
    assert {d.name for d in assumed.findings.asked.dimensions} == {
        "off_platform.share", "cost of wide: all",
    }  # fmt: skip
    assert assumed.first.flip is not None
    assert assumed.findings.rule(assumed.first.flip).startswith("cost of wide: all is ")


def test_draws_of_something_else_are_not_used() -> None:
    plan = SimpleNamespace(dimensions=(SimpleNamespace(name="a"),))
    kept = {"levels": [[1, 1]], "seed": 1, "inputs": ["b"]}
    assert drawn_worlds(kept, cast("Any", plan)) is None
    assert drawn_worlds({}, cast("Any", plan)) is None


def test_a_kept_sensitivity_is_found_and_its_draws_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also by a scenario that grows: levels are fitted to today's demand."""
    path = held_off_the_platform().write(tmp_path / "town")
    given: dict[str, Any] = {
        "jobs": 1,
        "no_store": False,
        "store": tmp_path / "store",
        "replications": "2",
    }
    speak("en")

    def asked(out: str, *changes: str) -> str:
        options = Options(out=tmp_path / out, sets=list(changes), **given)
        advise_verb.__wrapped__(path, 250, options=options, charts=False)
        return capsys.readouterr().out

    assert "show chance only, not doubt" in asked("plain")
    assert not (tmp_path / "plain" / "assumptions.csv").exists()
    sensitivity = Options(out=tmp_path / "sensitivity", **given)
    sensitivity_verb.__wrapped__([path], "run", 4, options=sensitivity, charts=False)
    assert "In 4 draws of the assumptions" in asked("plain")
    assert "In 4 draws of the assumptions" in asked("grown", "demand.multiplier=2")
    rows = pd.read_csv(tmp_path / "grown" / "assumptions.csv", encoding="utf-8-sig")
    assert (rows["draws"] == 4).all()
