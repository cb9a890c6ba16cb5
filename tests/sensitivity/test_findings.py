"""What is said of draws whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from builders import tiny

from sim.arrays import F64
from sim.scenario.draws import Dimension, points
from sim.scenario.inputs import Inputs
from sim.sensitivity.data_request import data_request
from sim.sensitivity.findings import Findings, verdict
from sim.sensitivity.study import Sensitivity
from sim.sensitivity.words import lines

LINES = (("served_share", "all", "all"), ("met_share", "all", "all"))
NAMES = ("off_platform.share", "segments.elder.metres_per_second", "zzz")


def asked(scenarios: list[Inputs], base: list[float], ratios: F64, u: F64) -> Sensitivity:
    """Answers made up: `ratios` (draws, scenarios), the same for both figures."""
    rng = np.random.default_rng(1)
    bottom = np.full((len(base), 10, 2), 1000.0)
    top = np.array(base)[:, None, None] * bottom + rng.normal(0, 3, (1, 10, 1))
    n = len(u)
    return Sensitivity(
        of="run" if len(base) == 1 else "compare",
        scenarios=tuple(scenarios),
        dimensions=tuple(Dimension(name, (name,)) for name in NAMES),
        u=u,
        fit=np.ones((n, 5)),
        reached=np.isfinite(ratios).all(axis=1),
        refitted=True,
        lines=LINES,
        base_top=top,
        base_bottom=bottom,
        ratios=np.repeat(ratios[:, :, None], 2, axis=2),
        noise=np.zeros((n, len(base), 2)),
    )


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Inputs]:
    folder = tmp_path_factory.mktemp("two")
    return [tiny().set(name=name).load(folder / name) for name in ("old", "new")]


def compare(two: list[Inputs], turned: Any, n: int = 256) -> Findings:
    u = points(3, 1, 0, n)
    gap = np.where(turned(u), -0.02, 0.03)
    return Findings(asked(two, [0.8, 0.82], np.stack([0 * gap + 0.8, 0.8 + gap], axis=1), u),
                    "served_share")  # fmt: skip


def test_robust(two: list[Inputs]) -> None:
    findings = compare(two, lambda u: u[:, 0] < 0.02)
    said = lines(findings)[0]
    assert said.startswith(
        "Robust: with new 2.0 points more are served than with old (more in 98% of draws"
    )


def test_depends_names_the_value_that_turns_it(two: list[Inputs]) -> None:
    """The sign turns below a quarter of the range 0.1 to 0.3: at 0.15."""
    findings = compare(two, lambda u: u[:, 0] < 0.25)
    said = lines(findings)[0]
    assert said.startswith(
        "With new 2.0 points more are served than with old unless the share of hours used off"
        " the platform is below 0.1"
    )
    flip = findings.figure_drivers[0].flip
    assert flip is not None
    assert float(findings.asked.worded(0, flip.value)) == pytest.approx(0.15, abs=0.01)
    row = findings.drivers.iloc[0]
    assert (row["input"], row["rank"]) == ("off_platform.share", 1)
    assert row["share_flipped"] > 0.85 > 0.1 > row["share_flipped_elsewhere"]
    assert list(findings.drivers["rank"]).count("") == 2


def test_not_supported(two: list[Inputs]) -> None:
    findings = compare(two, lambda u: u[:, 0] < 0.7)
    assert findings.differences["verdict"].iloc[0] == "not supported"


def test_what_no_difference_is_seen_in_does_not_turn(two: list[Inputs]) -> None:
    """The sign of a difference within chance is chance: draws with another one do not turn it."""
    u = points(3, 1, 0, 256)
    gap = np.where(u[:, 0] < 0.25, -0.02, 0.03)
    ratios = np.stack([0 * gap + 0.8, 0.8 + gap], axis=1)
    even = asked(two, [0.8, 0.8], ratios, u)
    luck = np.array([0.0, 1.0])[:, None, None] * np.linspace(-9, 10, 10)[:, None]
    findings = Findings(replace(even, base_top=even.base_top + luck), "served_share")
    assert findings.differences["verdict"].iloc[0] == "no difference seen"
    assert findings.figure_drivers[0].flip is None
    assert set(findings.drivers["flips_at"]) == {""}


def test_few_draws_rank_no_driver_and_give_no_verdict(two: list[Inputs]) -> None:
    findings = compare(two, lambda u: u[:, 0] < 0.25, 63)
    assert set(findings.drivers["rank"]) == {""}
    assert findings.differences["verdict"].iloc[0] == "too few draws"
    assert "no driver is ranked" in lines(findings)[-1]
    assert "Nothing to ask for yet" in data_request(findings)


def test_verdicts() -> None:
    assert verdict(1.0, False, 100) == "no difference seen"
    assert [verdict(x, True, 100) for x in (0.95, 0.94, 0.5, 0.49)] == [
        "robust", "depends", "depends", "not supported",
    ]  # fmt: skip


def test_two_intervals_are_never_merged(two: list[Inputs]) -> None:
    """Draws that are not fitted stand in no range and are counted."""
    u = points(3, 1, 0, 128)
    ratios = 0.5 + 0.4 * u[:, :1]
    ratios[::8] = np.nan
    findings = Findings(asked(two[:1], [0.8], ratios, u), "served_share")
    row = findings.intervals.iloc[0]
    assert row["draws"] == 112
    assert row["ci_high"] - row["ci_low"] < 0.01
    assert row["assumption_low"] == pytest.approx(0.52, abs=0.01)
    assert row["assumption_high"] == pytest.approx(0.88, abs=0.01)
    said = "\n".join(lines(findings))
    assert "16 draws could not be" in said
    assert "most is the share of hours used off the platform (100% of the spread)" in said


def test_data_request_in_two_languages(two: list[Inputs]) -> None:
    u = points(3, 1, 0, 128)
    findings = Findings(asked(two[:1], [0.8], 0.5 + 0.4 * u[:, :1], u), "served_share")
    text = data_request(findings)
    assert "Occupied hours of all rooms that no booking shows" in text
    assert "平台外使用" in text
    assert text.count("(`off_platform.share`") == 1  # in Chinese its brackets are full-width
    assert "平台外使用的时间比例（`off_platform.share`）" in text
    assert "zzz" not in text
    assert findings.asked.called[1:] == ("walking speed (elder)", "zzz")


def test_nothing_is_asked_for_where_the_choice_stays(two: list[Inputs]) -> None:
    """What matters to a difference that never turns is worth nothing to who chooses."""
    u = points(3, 1, 0, 128)
    ratios = np.stack([0 * u[:, 0] + 0.8, 0.81 + 0.05 * u[:, 0]], axis=1)
    findings = Findings(asked(two, [0.8, 0.82], ratios, u), "served_share")
    assert findings.figure_drivers[0].ranked == [0]
    assert "whichever single assumption became known" in data_request(findings)
