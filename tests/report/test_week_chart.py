"""The picture of a venue's week: a key for every use, words that fit, activities among them."""

import datetime as dt
import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from builders import histories, model_of, plain
from matplotlib.text import Text

from sim.explain.venue_week import Stretch, VenueWeek, venue_week
from sim.report import fonts
from sim.report.charts import week as week_chart
from sim.report.page import lay_out
from sim.report.theme import settings

from .fake import context

MONDAY = dt.date(2026, 1, 5)
USES = ("booked and used", "booked, no-show", "activity", "off-platform", "free")
CLUBS = (*USES, "club", "club, unused")
CHOIR = "老年合唱团 Choir of the old people of the whole neighbourhood"
LABELS = {"choir": "合唱 Choir of the whole neighbourhood", "talk": "讲座 Lectures"}


def week(first=8.5, last=21.5, uses=None, drop_in=False, step=1.0):
    """Every day open from first to last, a stretch of each use after the other."""
    stretches = []
    for day in range(7):
        stretches.append(Stretch(day, 0, first, "closed"))
        at = first
        for i in itertools.count(day):
            use, kind = (uses or USES)[i % len(uses or USES)], ("choir", "talk")[i % 2]
            end = min(at + step * (1 + i % 2), last)
            more = {"activity": kind, "party": 23 * (i % 3)} if use == "activity" else {}
            more = {"club": CHOIR, "party": i + 1} if use.startswith("club") else more
            more = {"wish": "a1", "party": i + 1} if use.startswith("booked") else more
            stretches.append(Stretch(day, at, end, use, **more))
            at = end
            if at >= last:
                break
        if last < 24:
            stretches.append(Stretch(day, last, 24, "closed"))
    return VenueWeek("和合·活动室1", "和合", "room", 30, MONDAY, 0, tuple(stretches), drop_in)


def drawn(item, font=None, **changes):
    """The page, drawn within the settings."""
    words = context(activity_kind_labels=LABELS, n_replications=1, **changes)
    font = font or fonts.choose_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings(font.families))
        page = lay_out(week_chart._finding(item, words), words)
        week_chart._plot(page, item, words)
        page.figure.draw_without_rendering()
        seen = [t for t in page.figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        return page, [(t.get_text(), t.get_window_extent()) for t in seen]


@pytest.mark.parametrize(
    "item",
    [week(), week(drop_in=True), week(0, 24), week(9, 22, step=0.5), week(8, 10.5, step=0.5),
     week(uses=CLUBS), week(9, 22, CLUBS, drop_in=True), week(8, 10.5, ("club",), step=0.5),
     week(uses=("activity",)), week(18, 23, uses=("activity",), step=0.5)],
)  # fmt: skip
def test_words_stay_on_the_page_and_do_not_overlap(item):
    page, found = drawn(item)
    for words, box in found:
        assert box.x0 >= page.left * page.figure.dpi - 1, words
        assert box.x1 <= page.right * page.figure.dpi + 1, words
    for (a, first), (b, second) in itertools.combinations(found, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert not (wide > 2 and high > 0.35 * min(first.height, second.height)), (a, b)


def test_every_use_has_its_entry_in_the_key():
    words = {text for text, _ in drawn(week())[1]}
    assert {"booked and used", "booked, no-show", "activity", "closed", "free"} <= words
    assert "off-platform (assumed)" in words
    assert "free or drop-in" in {text for text, _ in drawn(week(drop_in=True))[1]}
    assert not any("club" in text for text in words)


def test_clubs_have_entries_in_the_key_where_there_are_any():
    _, found = drawn(week(9, 22, CLUBS, drop_in=True))
    words = {text for text, _ in found}
    assert {"booked", "no-show", "club", "club, unused", "free or drop-in"} <= words
    assert any(text.startswith("Choir of") for text in words)


def test_an_activity_says_what_it_is_and_how_many_came():
    """The people where there is one line, the kind too where there are two."""
    item = VenueWeek("A", "A", "room", 30, MONDAY, 0, (
        Stretch(0, 9, 10, "activity", party=1, activity="talk"),
        Stretch(1, 9, 9.5, "activity", party=5, activity="talk"),
        Stretch(2, 9, 12, "activity", party=0, activity="choir"),
        Stretch(3, 9, 22, "free"),
    ))  # fmt: skip
    words = [text for text, _ in drawn(item)[1]]
    assert "1 person" in words
    assert not any("5 people" in text for text in words)
    (choir,) = [text for text in words if text.endswith("\n0 people")]
    assert choir.startswith("Choir of")


def test_hours_that_are_closed_all_week_are_left_out():
    page, _ = drawn(week(8.5, 21.5))
    (axes,) = page.figure.axes
    assert axes.get_ylim() == (22, 8)
    for patch in axes.patches:
        assert 8 <= patch.get_y() < patch.get_y() + patch.get_height() <= 22


def test_titles_name_activities_only_where_there_are_any():
    def title(uses):
        return week_chart._finding(week(9, 21, uses=uses, step=4), context()).title

    assert title(("activity",)) == "和合·活动室1: 0 of 84 open hours booked, 84 for activities"
    both = "和合·活动室1: 0 of 84 open hours booked, 28 for activities, 56 for clubs"
    assert title(("activity", "club")) == both
    assert title(("free",)) == "和合·活动室1: 0 of 84 open hours booked on the platform"


@pytest.mark.usefixtures("coarse")
def test_names_that_no_font_can_draw_are_replaced(tmp_path, monkeypatch):
    plain_font = fonts.FontChoice(("DejaVu Sans",), frozenset(range(0x20, 0x2E80)))
    monkeypatch.setattr(week_chart, "choose_font", lambda: plain_font)
    item = week(uses=("activity",), step=3)
    item = VenueWeek("hall", "hall", "室", 30, MONDAY, 0, item.stretches)
    paths = week_chart.draw_week(item, context(activity_kind_labels={"choir": "合唱"}), tmp_path)
    svg = paths[1].read_text("utf-8")
    assert "kind 1" in svg
    table = pd.read_csv(paths[2], encoding="utf-8-sig")
    assert set(table["activity"].dropna()) == {"choir", "talk"}


def town(folder):
    """A hall with two sessions after each other, for which everybody signs up."""
    parts = plain(14, grid=60, warm_up=2).origin("home", 400).centre("hall").rooms("hall", 1)
    kind = {
        "venue_kinds": ["room"], "appeal": {"person": 300}, "popularity_cv": 0, "session_cv": 0,
        "starts": {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}},
        "capacity": {"rule": "constant", "value": 10},
    }  # fmt: skip
    series = {
        name: {"kind": name, "centre": "hall", "weekday": "Wed", "start": start,
               "duration_minutes": minutes}
        for name, start, minutes in (("choir", "10:00", 120), ("talk", "12:00", 60))
    }  # fmt: skip
    parts.set(
        demand__wishes_per_1000={"person": {"room": 0}},
        activities__kinds={"choir": kind, "talk": kind},
        activities__series=series,
        activities__rooms={"days_ahead": 2},
        activities__sign_up={"no_show": 0.3, "at_least": 1, "decided_hours_ahead": 0},
        activities__participants=1,
    )
    return model_of(parts, folder)


def test_sessions_after_each_other_are_two_stretches(tmp_path):
    """Each with its kind and with those of its sign-ups who came."""
    model = town(tmp_path)
    (history,) = histories(model, 1)
    found = venue_week(model, history, 0, 0, MONDAY)
    sessions = [s for s in found.stretches if s.use == "activity"]
    assert [(s.day, s.start, s.end, s.activity) for s in sessions] == [
        (2, 10, 12, "choir"), (2, 12, 13, "talk"),
    ]  # fmt: skip
    record = history.programme
    starts = (model.world.calendar.count_from + 2) * 24 + np.array([10, 12])
    for stretch, start in zip(sessions, starts.tolist(), strict=True):
        (which,) = np.flatnonzero(record.sessions.start == start)
        people = (1 + record.company)[(record.session == which) & history.attends]
        assert 0 < stretch.party == people.sum() <= 10
    assert all(not s.activity and not s.party for s in found.stretches if s.use == "free")
    assert not found.drop_in
