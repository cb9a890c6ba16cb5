"""The page in a real browser: quiet, whole in itself, sortable, for a phone and a screen reader.

`make browser` runs this; it needs `pip install -e ".[browser]"` and a Chromium on the path.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.report.document.html import html_page
from sim.report.document.report import document

playwright = pytest.importorskip("playwright.sync_api", reason='needs pip install -e ".[browser]"')
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
if not CHROMIUM:
    pytest.skip("needs chromium on the path", allow_module_level=True)
pytestmark = pytest.mark.slow
SIZES = {"slide": (1280, 720), "phone": (390, 844)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(
    folders: dict[str, Path], searched: list[Path], language: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:  # fmt: skip
    """A page of everything in one language."""
    path = tmp_path_factory.mktemp("page") / f"{language}.html"
    path.write_bytes(html_page(document([*folders.values(), *searched], language)))
    return path.as_uri()


@pytest.fixture(params=SIZES)
def page(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page opened; what it asks for and complains of is noted."""
    width, height = SIZES[request.param]
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.asked, page.complaints = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    yield page
    page.close()


def test_nothing_is_asked_for_or_complained_of(page: Any, address: str) -> None:
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.complaints == []


def test_a_page_is_no_wider_than_its_window(page: Any) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_every_table_is_sorted_by_its_heads(page: Any) -> None:
    """Most first, then least; rows stay what they are."""
    read = """table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c =>
        c.dataset.value ?? c.textContent))"""
    tables = [t for t in page.query_selector_all("table") if len(t.evaluate(read)) > 2]
    assert len(tables) > 10
    clicked = 0
    for table in tables:
        before = table.evaluate(read)
        marked = [
            cell.get_attribute("class") == "number"
            for cell in table.query_selector_all("th[scope=col]")
        ]
        if not any(marked):
            continue
        at = marked.index(True)
        if any(not _number(row[at]) for row in before):
            continue
        for sign in (-1, 1):
            table.query_selector_all("th button")[at].click()
            after = table.evaluate(read)
            values = [sign * float(row[at]) for row in after]
            assert values == sorted(values)
            assert sorted(after) == sorted(before)
            clicked += 1
    assert clicked > 10


def test_the_hour_of_a_map_is_moved_by_keys_and_plays(page: Any) -> None:
    looks = """map => [...map.querySelectorAll("[data-states]")].map(spot =>
        spot.getAttribute("class").slice(-1) === spot.dataset.states[Number(
            map.querySelector("input[type=range]").value)]).every(Boolean)"""
    map_, slider = page.locator("#map-week"), page.locator("#map-week input")
    words = map_.locator("output")
    before = words.text_content()
    slider.focus()
    page.keyboard.press("Home")
    first = words.text_content()
    page.keyboard.press("ArrowRight")
    assert len({before, first, words.text_content()}) == 3
    assert slider.get_attribute("aria-valuetext") == words.text_content()
    assert map_.evaluate(looks)
    map_.locator("button").click()
    page.wait_for_function("document.querySelector('#map-week input').value > 2")
    map_.locator("button").click()
    assert map_.evaluate(looks)


def test_a_plan_is_shown_before_and_after(page: Any) -> None:
    map_ = page.locator("#map-plan")
    changed = map_.locator(".changed").first
    for choice, state in ((0, "s0"), (1, "s9")):
        map_.locator("input").nth(choice).check()
        assert state in (changed.get_attribute("class") or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_reader_finds_nothing_serious(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    found = axe.Axe().run(page).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    assert [
        t for t, v in zip(told, found, strict=True) if v["impact"] in ("serious", "critical")
    ] == []


def test_without_script_all_is_there(chromium: Any, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("table:visible").count() > 20
    assert page.locator("th button").count() == 0
    context.close()


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
