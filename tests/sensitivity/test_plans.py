"""Plans of rooms in draws: gains and ranks, the same by whomever they are asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from siting.small_world import SMALL, plan

from sim.cli.options import Options
from sim.cli.verbs.sensitivity import _question
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.experiment.store import Store
from sim.model import build_model
from sim.report.site.files import read_plans
from sim.scenario.draws import draw_plan, patched, points
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load, read
from sim.sensitivity.findings import Findings
from sim.sensitivity.plans import plan_gains, with_plans
from sim.sensitivity.study import Sensitivity, ask_draws
from sim.sensitivity.words import lines
from sim.siting.moves.offers import catalogue_of, siting_of
from sim.siting.search.simulate import Simulator

FILE = SMALL / "small.yaml"
PLANS = {
    "halls": plan(badminton_court_at_Old_Mill=1, activity_room_at_Pine_Cellar=1),
    "closure": plan(close_activity_room_at_Willow_House=1),
    "today": plan(),
}
COURT = {"court": plan(badminton_court_at_Grand_Hall=1), "today": plan()}
NO_BADMINTON = tuple(
    f"demand.wishes_per_1000.{segment}.badminton_court=0" for segment in ("adult", "elder")
)


def ask(
    draws: int, store: Path | None = None, jobs: int = 1, *sets: str, plans: object = PLANS
) -> Sensitivity:
    reading = read(FILE, sets=list(sets))
    inputs = reading.require_inputs()
    assert isinstance(plans, dict)
    done = with_plans(inputs, catalogue_of(inputs), plans)
    question = replace(
        _question(
            [FILE], [reading], draw_plan(reading), 3, Options(sets=list(sets)),
            lambda one: list(with_plans(one, catalogue_of(inputs), plans).values()),
        ),
        aim=siting_of(inputs).aim,
    )  # fmt: skip
    with Engine(Local(jobs), store and Store(store, print)) as engine:
        found = ask_draws("site", question, [inputs], draws, engine)
        found = plan_gains(found, done, next(iter(plans)))
        found.__dict__["computed"] = engine.computed
        return found


@pytest.fixture(scope="module")
def few() -> Sensitivity:
    return ask(4)


def simulated(inputs: Inputs, name: str) -> float:
    """Mean gain of a plan as `linli site` simulates it, by the seed of the scenario."""
    with Engine(Local(1)) as engine:
        catalogue, aim = catalogue_of(inputs), siting_of(inputs).aim
        simulator = Simulator(inputs, build_model(inputs), catalogue, aim, engine)
        today, run = simulator.run([plan(), PLANS[name]], 1, 3)
        return float(simulator.gains(today, run).mean())


@pytest.mark.parametrize("name", ["halls", "closure"])
def test_gains_are_those_that_siting_simulates(few: Sensitivity, name: str) -> None:
    """In the scenario itself, and in a draw of its assumptions."""
    line = few.line("gain", "plan", name)
    assert few.plain is not None
    inputs = load(FILE)
    assert few.plain.mean[line] == pytest.approx(simulated(inputs, name))
    u = points(len(few.dimensions), 1, 2, 1)[0].tolist()
    keys = [key for d in few.dimensions for key in d.keys]
    drawn = patched(inputs, dict(zip(keys, u, strict=True)))
    assert few.ratios[2, 0, line] == pytest.approx(simulated(drawn, name))


def test_ranks(few: Sensitivity) -> None:
    """What only closes rooms is behind today; the lead is over the best of the others."""
    table = Findings(few, "served_share").ranks.set_index("plan")
    assert table["rank"].to_dict() == {"halls": 1, "today": 2, "closure": 3}
    assert table["best_share"].to_dict() == {"halls": 1.0, "today": 0.0, "closure": 0.0}
    assert (table["assumption_low"] == table["assumption_high"]).all()
    gains = [few.ratios[:, 0, few.line("gain", "plan", n)] for n in ("halls", "closure")]
    lead = gains[0] - np.maximum(gains[1], 0)
    assert np.array_equal(few.ratios[:, 0, few.line("lead")], lead)
    said = lines(Findings(few, "served_share"))
    assert said[0].startswith("Halls gains ")
    assert "person-hours a year over today" in said[0]
    assert said[1] == "Halls is the best plan in 100% of draws."


def test_a_plan_that_helps_nobody_is_no_better_than_today() -> None:
    found = ask(3, None, 1, *NO_BADMINTON, plans=COURT)
    assert not found.ratios.any()
    table = Findings(found, "served_share").ranks
    assert set(table["rank"]) == set(table["assumption_high"]) == {1}


def test_today_may_be_what_is_recommended() -> None:
    plans = {"today": plan(), "closure": PLANS["closure"]}
    found = ask(3, plans=plans)
    assert not found.ratios[:, 0, found.line("gain")].any()
    assert (found.ratios[:, 0, found.line("lead")] > 0).all()


def test_more_draws_continue_and_two_processes_say_the_same(
    few: Sensitivity, tmp_path: Path
) -> None:
    ask(2, tmp_path)
    more = ask(4, tmp_path, 2)
    assert more.__dict__["computed"] == 2
    assert np.array_equal(more.ratios, few.ratios)
    assert np.array_equal(more.base_top, few.base_top)


def test_plans_of_another_scenario_are_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(
        "plan,rank,site,kind\nplan 1,1,Old Mill,badminton_court\n"
        "plan 1,1,Old Mill,badminton_court\ngreedy,2,Footbridge,link\n"
        "today,3,,\nold,,Grand Hall,sauna\n"
    )
    inputs = load(FILE)
    assert read_plans(file, catalogue_of(inputs)) == {
        "plan 1": plan(badminton_court_at_Old_Mill=2),
        "greedy": plan(link_Footbridge=1),
        "today": plan(),
    }
    file.write_text("plan,rank,site,kind\nplan 1,1,Old Mill,sauna\n")
    with pytest.raises(ValueError, match=r"plans.csv, line 2: sauna at Old Mill is no move"):
        read_plans(file, catalogue_of(inputs))
