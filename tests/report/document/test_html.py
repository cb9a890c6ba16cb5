"""The page: whole in itself, names are text, Chinese without Latin words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from sim.report.document.content import Document
from sim.report.document.html import html_page
from sim.report.document.report import document

from .conftest import HOSTILE, KINDS, WORST


class Page(HTMLParser):
    """Text that a reader sees, tags, and addresses."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text, self.tags, self.addresses = "", list[str](), list[str]()
        self.ids, self.attributes = list[str](), list[tuple[str, str]]()
        self._hidden = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag in ("script", "style")
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name in ("src", "href"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


@pytest.fixture(scope="session")
def page(made: tuple[Path, Document]) -> Page:
    """The page of a document, read once."""
    return Page(html_page(made[1]))


def test_a_page_needs_nothing_else(page: Page) -> None:
    assert len(set(page.ids)) == len(page.ids)
    for address in page.addresses:
        assert address.startswith(("#", "data:image/svg+xml;base64,")), address
        assert not address.startswith("#") or address[1:] in page.ids
    assert page.tags.count("script") == 1


def test_a_page_says_all_that_the_document_says(made: tuple[Path, Document], page: Page) -> None:
    for chapter in made[1].chapters:
        assert chapter.title in page.text
        for finding in chapter.findings:
            assert finding.text in page.text
            assert finding.evidence in page.text
        for table in chapter.tables:
            assert (table.title in page.text) or table.only_sheet


def test_names_are_text(hostile: Path) -> None:
    for language in ("zh", "en"):
        page = Page(html_page(document([hostile], language)))
        assert page.tags.count("script") == 1
        assert "b" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        for name in (*HOSTILE[:5], "<b>南</b>", "=1+1"):
            assert name in page.text, name


def test_names_of_searches_are_text(hostile_searches: list[Path]) -> None:
    for language in ("zh", "en"):
        page = Page(html_page(document(hostile_searches, language)))
        assert page.tags.count("script") == 1
        assert page.text.count(WORST) > 8  # zone, input, lever, loser, site, rule


def test_a_chinese_page_has_latin_names_and_units_only(folders: dict[str, Path]) -> None:
    page = Page(html_page(document([folders["run"]], "zh")))
    manifest = json.loads((folders["run"] / "manifest.json").read_text("utf-8"))
    scenario, text = manifest["scenario"], page.text
    names = {"linli", scenario["name"], manifest["run_id"], manifest["input_hash"]}
    names |= {name["note"] for name in manifest["sources"]}
    names |= {name for part in ("zones", "segments") for name in scenario[part]}  # have no label
    names |= {n for of in ("centre", "origin") for n in manifest["tables"][f"{of}s"][of]}
    names.add(" ".join(manifest["run"]["command"]))
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    assert re.findall(r"[A-Za-z]+", text) == []
    for label in KINDS.values():
        assert label.split(" ")[0] in page.text


def test_an_english_page_has_no_chinese(folders: dict[str, Path]) -> None:
    page = Page(html_page(document([folders["compare"]], "en")))
    assert re.findall(r"[\u2e80-\u9fff]+", page.text) == []


def test_a_page_shows_the_hour_with_most_refusals_without_script(folders: dict[str, Path]) -> None:
    """What the map says of the hour is what the rows of week.csv add up to."""
    week = pd.read_csv(folders["run"] / "week.csv", encoding="utf-8-sig")
    hours = week.groupby(["date", "hour"])[["open", "used", "off_platform", "requests", "refused"]]
    totals = hours.sum()
    (date, hour), worst = totals["refused"].idxmax(), totals.loc[totals["refused"].idxmax()]
    made = document([folders["run"]], "en")
    (shown,) = [chapter.map for chapter in made.chapters if chapter.map is not None]
    assert len(shown.frames) == len(totals)
    words = shown.frames[shown.shown]
    assert f"{date}, {hour:02d}:00" in words
    told = [int(n.replace(",", "")) for n in re.findall(r" (\d[\d,]*)(?= |\.)", words)]
    assert told == [
        round(worst[c]) for c in ("open", "used", "off_platform", "requests", "refused")
    ]
    assert words in Page(html_page(made)).text
    for spot in shown.spots:
        assert len(spot.states) == len(shown.frames)
        if spot.look == "refused":
            mine = week[(week["name"] == spot.name) & (week["date"] == date)]
            refused = mine.loc[mine["hour"] == hour, "refused"].sum()
            assert int(spot.states[shown.shown]) == min(9, refused)
