"""Charts in Chinese: no Latin word but names and units."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from matplotlib.text import Text

from sim.messages import say, speaking
from sim.report.charts.values import Value, as_amount, spoken, titled
from sim.report.drawing import draw_all
from sim.report.fonts import choose_font
from sim.report.page import Page

from .fake import fake_results
from .fake_neighbourhood import neighbourhood

NAMES = re.compile(r"linli|cangqian|Cangqian|km|[0-9a-f]{6,}")


@pytest.mark.parametrize("results", [fake_results, neighbourhood])
def test_a_chinese_chart_has_no_latin_word(results, tmp_path, monkeypatch):
    drawn: dict[str, list[str]] = {}
    monkeypatch.setattr(
        Page,
        "save",
        lambda page, _: (
            drawn.update({page.finding.name: [t.get_text() for t in page.figure.findobj(Text)]})
            or []
        ),
    )
    with speaking("zh"):
        found = results()
        words: dict[str, Any] = {"language": "zh", "assumption_note": say("page.chance")}
        words["venues"] = say("page.venues", number=219)
        whole = found.drawable(choose_font()).context  # with a label for every level
        labels = {f.name: getattr(whole, f.name) for f in fields(whole)}
        words |= {
            name: {level: f"第{i}组 Group {i}" for i, level in enumerate(of)}
            for name, of in labels.items()
            if name.endswith("_labels")
        }
        context = replace(found.context, source=say("page.source", world=""), **words)
        draw_all(replace(found, context=context), tmp_path)
    assert drawn
    for name, texts in drawn.items():
        for text in texts:
            assert not re.search(r"[A-Za-z]{2}", NAMES.sub("", text)), (name, text)
            assert not choose_font().missing(text.replace("\n", "")), (name, text)


def test_large_numbers_are_said_in_myriads():
    value = Value(1_200_000, 1_150_000, 1_250_000)
    assert (spoken(1_200_000), as_amount(value)) == ("1.20 million", "1.20 M (1.15–1.25)")
    with speaking("zh"):
        assert (spoken(1_200_000), as_amount(value)) == ("120 万", "120 万（115–125）")
        assert titled("长" * 60, "短") == "短"
