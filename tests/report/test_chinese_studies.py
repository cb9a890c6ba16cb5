"""Charts of studies in Chinese: no Latin word but names and units, no character without a glyph."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from advise.towns import advised, crowded, lever
from builders import tiny
from matplotlib.text import Text
from sensitivity.test_findings import asked

from sim.log.check import compare
from sim.messages import say, speaking
from sim.report.charts.advise.results import AdviceResults
from sim.report.charts.check.results import CheckResults
from sim.report.charts.season.results import SeasonResults, draw_season
from sim.report.charts.sensitivity.results import SensitivityResults
from sim.report.charts.site.results import SiteResults
from sim.report.context import ChartContext
from sim.report.drawing import draw_all
from sim.report.files import EnvironmentProblem
from sim.report.fonts import FontChoice, choose_font
from sim.report.page import Page
from sim.scenario.draws import points
from sim.sensitivity.findings import Findings
from sim.sensitivity.study import Sensitivity

from . import test_comparison as comparison
from . import test_season_judged as timetables
from .season_week import place, season, session
from .siting import made_up as siting

NAMES = re.compile(
    r"linli|A tiny world for tests|China City News|[a-z_]+\.[a-z_.]+[=\w.]*|(?<![A-Za-z])"
    r"(all|tiny|cangqian|households|demand|today|up|down|old|new|zzz|adult|elder|North|South|one|two|room|town|plain|km|"
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


def around() -> ChartContext:
    """Words around charts of a season, in Chinese, and labels of what is in it."""
    labels = {"kind_labels": {"hall": "礼堂 Hall"}, "zone_labels": {"和合万家": "和合万家 Hehe"}}
    people = dict.fromkeys(("older people", "employees"), "人群 People")
    changes = {"run_id": "0123456", "language": "zh", "assumption_note": say("page.chance")}
    empty = dict.fromkeys(("venues", "source", "world"), "")
    return replace(timetables.CONTEXT, segment_labels=people, **labels, **changes, **empty)  # type: ignore[arg-type]


def allotted(_: Path) -> SeasonResults:
    places = [place("甲厅", kind="hall"), place("乙厅", kind="hall")]
    week = season(places, [session(p.name, 2, 19, 21, "舞蹈团", 2) for p in places])
    return SeasonResults(week, around())


def judged(_: Path) -> timetables.JudgedSeason:
    names = dict(zip(timetables.NAMES, ("优化", "先到先得", "逐个安排"), strict=True))
    found = timetables.judged(timetables.table(), names)
    return replace(found, context=around())


def checked(_: Path) -> CheckResults:
    """Every sort of aspect, all of them off."""
    levels = {"hour of the week": "Mon-18", "lead time": "within 7 days", "party": "all",
              "duration": "up to 60 minutes", "bookings by kind and tier": "hall",
              "cancelled and no-show": "no-show", "full evenings": "hall"}  # fmt: skip
    observed = pd.DataFrame({"aspect": levels.keys(), "level": levels.values()})
    observed["people"], observed["value"] = 100.0, 0.9
    simulated = 0.5 + 0.01 * np.random.default_rng(1).standard_normal((20, len(levels)))
    found = compare(None, observed, simulated)  # type: ignore[arg-type]
    return CheckResults(found, around())


def sited(_: Path) -> SiteResults:
    context = replace(siting.context(), language="zh", assumption_note=say("page.chance"))
    return SiteResults(siting.seen(), context)


MADE: dict[str, Callable[[Path], Any]] = {
    "comparison": compared,
    "sensitivity": partial(drawn, of="run"),
    "sensitivity of a comparison": partial(drawn, of="compare"),
    "advice": advice,
    "check": checked,
    "season": allotted,
    "site": sited,
    "judged season": judged,
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
        made = MADE[study](tmp_path)
        draw_all(made, tmp_path / "charts")
        if isinstance(made, SeasonResults):
            draw_season(made.week, made.context, tmp_path)
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
