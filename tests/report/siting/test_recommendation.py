"""The recommendation page: what it claims, that names are escaped, that it stands alone."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sim.report.charts.site.results import SiteResults
from sim.report.drawing import draw_all
from sim.report.site.page import recommendation, write_recommendation
from sim.report.site.page_tables import tables
from sim.report.site.places import PageData, PageProvenance, assumptions_of, page_data
from sim.report.site.words import factor_words, price_words
from sim.siting.figures import Figure
from sim.siting.outcome import GainPrice

from .made_up import HOSTILE, candidate, context, figure, found, inputs, links, ruling, seen

TOLD = PageProvenance(
    "SCIP, 10 s a turn", "10 replications on fresh seeds", assumptions_of(inputs())
)


class Reader(HTMLParser):
    """Text, tags and sources of a page."""

    VOID = ("meta", "img", "br")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [v for k, v in attrs if k in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def page(of: PageData | None = None, told: PageProvenance = TOLD) -> Reader:
    return Reader(recommendation(of or seen(), context(), told, {}))


def recommended(**changes) -> PageData:
    plans = tuple(replace(p, **changes) if p.rank == 1 else p for p in found().plans)
    return page_data(replace(found(), plans=plans), links())


def test_the_recommendation_is_a_sentence_and_the_gap_another():
    text = page().text
    assert (
        "Open 9 rooms at 6 sites, 1 conversion, 1 closure and 1 link for 583,000 yuan a year "
        "(408,000 to 846,000, by assumed costs): in the simulation this gains 51,800 (49,900 to "
        "53,700) person-hours a year over today (95 % interval of the simulation). The plan is "
        "within 1.2 % of the best in the planning model."
    ) in text.replace(" . ", ". ").replace("  ", " ")


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (figure(900, 1_000), "in the simulation no clear gain shows: 900 (-100 to 1,900)"),
        (Figure(900, math.nan, math.nan, 1), "in one replication this gains 900"),
    ],
)
def test_gains_are_claimed_as_far_as_intervals_go(gain, words):
    assert words in page(recommended(gain=gain)).text


def test_nothing_is_recommended_where_nothing_gains():
    nothing = (0,) * len(found().catalogue.moves)
    text = page(recommended(times=nothing)).text
    assert "Build nothing" in text
    assert "Open " not in text.split("What it buys")[0]


def test_every_name_is_escaped():
    html = recommendation(seen(), context(), TOLD, {})
    assert HOSTILE not in html
    assert "&lt;b&gt;&amp;&#34;暮云&#34;&lt;/b&gt;" in html
    read = Reader(html)
    assert "b" not in read.tags
    assert "script" not in read.tags
    assert HOSTILE in read.text
    bad = replace(context(), place="<script>alert(1)</script>")
    assert "<script" not in recommendation(seen(), bad, TOLD, {})


@pytest.mark.usefixtures("coarse")
def test_the_page_stands_alone(tmp_path):
    results = SiteResults(seen(), context())
    draw_all(results, tmp_path / "charts", only=["map-after", "plans"])
    path = write_recommendation(seen(), context(), TOLD, tmp_path)
    html = path.read_text(encoding="utf-8")
    read = Reader(html)
    assert len(read.links) == 2
    assert all(link.startswith("data:image/svg+xml;base64,") for link in read.links)
    style = html.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "size: A4" in style
    assert 'name="viewport"' in html
    assert 'alt="Plan 2 gains' in html


def test_prices_keep_both_uncertainties_apart():
    price = GainPrice("request served", figure(35.1, 1.4), 24.6, 50.9)
    assert price_words(price) == ("35", "34 to 36", "25 to 51")
    endless = replace(price, yuan=Figure(35.1, 20.0, math.inf, 10))
    assert price_words(endless)[1].endswith("without limit: the gain may be nothing")
    none = replace(price, yuan=Figure(math.nan, math.nan, math.nan, 10))
    assert price_words(none)[0] == "no gain to divide by"
    text = page().text
    assert "Interval of the simulation Range of assumed costs" in text
    assert "The two are not added up." in text


def test_how_far_demand_may_be_misjudged_in_words():
    assert factor_words(0, math.inf) == "whatever was tried"
    assert factor_words(0.55, 1.8) == "0.55 to 1.8 times the estimate"
    assert factor_words(0, 1.8) == "up to 1.8 times the estimate"
    assert factor_words(1.0, 1.0) == "not even at the estimate"
    assert factor_words(0.7, math.inf) == "from 0.7 times the estimate on"
    assert "below: plan 3" in page().text


def test_alternatives_and_how_it_was_computed_are_told():
    text = page().text
    assert "Second is plan 1: 50,100 (48,100 to 52,100) person-hours a year, simulated" in text
    assert f"Instead it has 2 x badminton court at {candidate(5)}" in text
    assert "2,600–2,900" in text
    same = replace(found().plans[1], times=found().plans[0].times)
    plans = (found().plans[0], same, *found().plans[2:])
    assert "Second is plan 3" in page(page_data(replace(found(), plans=plans))).text
    for words in (found().guarantee, TOLD.search, TOLD.judging, "Seed 1, 10 replications"):
        assert words in text


def test_assumptions_have_their_ranges():
    text = page().text
    assert "off_platform.share 0.3 0 to 0.6 share of open hours" in text
    assert "no other range of an assumption is known" in page(told=PageProvenance()).text


def test_what_was_not_examined_is_said():
    bare = page_data(
        replace(found(), frontier=(), outlooks=(), misjudged=(), left_out=(), gains=())
    )
    text = page(bare).text
    for words in ("other budgets (frontier)", "how far demand may be misjudged", "gains by group",
                  "Not examined in this run."):  # fmt: skip
        assert words in text
    assert "Not examined" not in page().text


def test_turns_tell_how_far_the_simulation_is_from_the_estimate():
    """Below an estimate that promised too much: a minus; the plan near the best has a row."""
    rows = tables(seen(), TOLD, lambda what, name: name)["turns"].rows
    assert [row[0] for row in rows] == ["1", "2", "4 moves from the best", "3"]
    assert [row[-1] for row in rows] == ["−18,100", "−9,100", "−2,500", "−6,600"]


def test_a_ruling_over_outlooks_is_told_beside_the_own_demand():
    of = page_data(replace(found(), ruling=ruling()), links())
    text = page(of).text
    head = text.split("What opens where")[0]
    assert "Over 5 outlooks plan 2 leads." in head
    assert "Alone plan 1 is first instead." in head
    assert "person-hours a year over today, under the scenario's own demand (95 %" in head
    assert "Weighted mean gain Behind Decided in" in text
    assert "800 (-300 to 1,900)" in text
    assert "Decided in" not in page().text
    none = (0,) * len(found().catalogue.moves)
    plans = (replace(found().plans[0], times=none), *found().plans[1:])
    nothing = page(page_data(replace(found(), ruling=ruling(), plans=plans), links())).text
    assert "Over 5 outlooks plan 2 leads." in nothing.split("What opens where")[0]


def test_outlooks_have_gains_and_ranks_of_the_recommended_plan():
    text = page().text
    assert "demand x 2 70,600 (69,100 to 72,100) 2 of 4 1,900 (700 to 3,100) 3 plan 1" in text


def test_gaps_stand_only_beside_the_planning_model():
    for sentence in re.split(r"(?<=[.!?]) ", page().text):
        if re.search(r"within [\d.]+ %", sentence):
            assert "of the best in the planning model" in sentence
