"""Charts of studies in Chinese: no Latin word but names and units, no character without a glyph."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from advise.towns import advised, crowded, lever
from builders import tiny
from matplotlib.text import Text
from sensitivity.test_findings import asked

from sim.messages import speaking
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.sensitivity.results import SensitivityResults
from sim.report.drawing import draw_all
from sim.report.files import EnvironmentProblem
from sim.report.fonts import FontChoice, choose_font
from sim.report.page import Page
from sim.scenario.draws import points
from sim.sensitivity.findings import Findings
from sim.sensitivity.study import Sensitivity

from . import test_comparison as comparison

NAMES = re.compile(
    r"linli|A tiny world for tests|China City News|[a-z_]+\.[a-z_.]+[=\w.]*|(?<![A-Za-z])"
    r"(all|tiny|today|up|down|old|new|zzz|adult|elder|North|South|one|two|room|town|plain|km|"
    r"[0-9a-f]{6,})(?![A-Za-z])",
    re.IGNORECASE,
)
"""Names of what the tests make up, keys of scenarios, units."""
LABELS = {"label": {"zh": "旧规则", "en": "Old rules"}}


def compared(_: Path) -> comparison.ComparisonResults:
    judged = {"verdict": "depends", "same_sign": 0.7, "draws": 100, "depends_on": "choice.outside",
              "scenario": "up", "assumption_low": -0.02, "assumption_high": 0.04}  # fmt: skip
    done = comparison.comparison(unlike=True)
    return comparison.ComparisonResults.from_tables(done, comparison.tables(done), [judged])


def drawn(folder: Path, *, of: str) -> SensitivityResults:
    scenarios = [tiny().set(name="old", **LABELS).load(folder / "old")]
    base = [0.8]
    if of == "compare":
        scenarios.append(tiny().set(name="new").load(folder / "new"))
        base.append(0.82)
    u = points(3, 1, 0, 256)
    gap = np.where(u[:, 0] < 0.3, -0.02, 0.03)
    ratios = np.stack([0 * gap + 0.8, 0.8 + gap], axis=1) if of == "compare" else 0.8 + gap[:, None]
    made: Sensitivity = asked(scenarios, base, ratios, u)
    return SensitivityResults.from_findings(Findings(made, "served_share"))


def advice(folder: Path) -> AdviceResults:
    parts = crowded(
        longer=lever({"opening.close": "15:00"}, 100, title={"zh": "延长开放", "en": "Longer"}),
        keep=lever({"policy.reserve": "[{share: 1, for: [one], release_hours_ahead: 0}]"}),
    )
    levers = parts.scenario["advise"]["levers"]
    levers["longer"]["sizes"]["all"]["label"] = {"zh": "到三点", "en": "until three"}
    levers["keep"] |= {"title": "预留"}
    return AdviceResults.from_advice(advised(parts, folder, 250), "person_hours")


MADE: dict[str, Callable[[Path], Any]] = {
    "comparison": compared,
    "sensitivity": partial(drawn, of="run"),
    "sensitivity of a comparison": partial(drawn, of="compare"),
    "advice": advice,
}


@pytest.mark.parametrize("study", MADE)
def test_a_chinese_chart_has_no_latin_word(
    study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[str]] = {}

    def note(page: Page, _: Path) -> list[Path]:
        seen[page.finding.name] = [t.get_text() for t in page.figure.findobj(Text)]
        return []

    monkeypatch.setattr(Page, "save", note)
    with speaking("zh"):
        draw_all(MADE[study](tmp_path), tmp_path / "charts")
    assert seen
    for name, texts in seen.items():
        for text in texts:
            assert not re.search(r"[A-Za-z]{2}", NAMES.sub("", text)), (name, text)
            assert not choose_font().missing(text.replace("\n", "")), (name, text)


def test_without_a_chinese_font_no_chart_is_drawn_in_chinese(tmp_path: Path) -> None:
    latin = FontChoice(("DejaVu Sans",), frozenset(range(0x2030)))
    with speaking("zh"), pytest.raises(EnvironmentProblem, match="no font here has"):
        draw_all(compared(tmp_path), tmp_path / "charts", font=latin)
    assert not (tmp_path / "charts").exists()
