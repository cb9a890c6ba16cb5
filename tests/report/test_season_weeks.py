"""Weeks of venues and centres: blocks where they belong, words that fit, numbers that agree."""

import datetime as dt
import itertools
from functools import cache

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from sim.report import fonts, theme
from sim.report.charts.season import results as season
from sim.report.charts.season.weeks import MOST, STYLES, centre_drawings, venue_drawing
from sim.report.page import lay_out

from . import season_week as made
from .fake import context
from .season_week import GROUPS, place, session

COURT, CENTRE = "和合邻里中心·羽毛球场3", "和合邻里中心"
HALL, EAST = "礼堂", "礼堂·东半场"
MAY = dt.date(2026, 5, 1)


def shared_hall():
    places = [
        place(HALL, centre=HALL, units=("east", "west"), changeover=30),
        place(EAST, centre=HALL, units=("east",)),
    ]
    return made.season(places, [
        session(HALL, 1, 18, 20, GROUPS[0], last=dt.date(2026, 4, 30)),
        session(HALL, 1, 18, 20, GROUPS[3], 2, first=MAY),
        session(HALL, 4, 10, 11, GROUPS[4], first=MAY),
        session(HALL, 5, 10, 14, GROUPS[0], first=MAY),
        session(EAST, 2, 18, 21),
        session(HALL, 6, 9, 12, GROUPS[5]),
    ])  # fmt: skip


WEEKS = {
    "full": lambda: made.season([place(COURT, changeover=15)], made.full_venue(COURT)),
    "empty": lambda: made.season([place(COURT)], []),
    "half hours": lambda: made.season([place(COURT)], made.full_venue(COURT, 0.5, 0.0)),
    "part of the season": shared_hall,
    "all day": lambda: made.season(
        [place(COURT, open=made.cells((range(7), 0, 24)))], [session(COURT, 5, 22, 24)]
    ),
}


def drawn(drawing, week):
    """The page, and the words on it with their boxes."""
    finding, plot = drawing
    font = fonts.choose_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(theme.settings(font.families))
        page = lay_out(finding, season.season_context(week, context()))
        plot(page)
        page.figure.draw_without_rendering()
        seen = [t for t in page.figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        return page, [(t.get_text(), t.get_window_extent()) for t in seen]


@cache
def venue(name):
    week = WEEKS[name]()
    return week, *drawn(venue_drawing(week, week.places[0], context(), str), week)


def boxes(page, style):
    """(x, y, width, height) of what is drawn in a style, in days and hours."""
    (axes,) = page.figure.axes
    return sorted(
        (p.get_x(), p.get_y(), p.get_width(), p.get_height())
        for p in axes.patches
        if to_hex(p.get_facecolor()) == style.colour.lower()
        and (p.get_hatch() or "") == style.hatch
    )  # fmt: skip


def apart(found):
    for (a, first), (b, second) in itertools.combinations(found, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert not (wide > 2 and high > 0.35 * min(first.height, second.height)), (a, b)


def inside(page, found):
    for words, box in found:
        assert box.x0 >= page.left * page.figure.dpi - 1, words
        assert box.x1 <= page.right * page.figure.dpi + 1, words
        assert box.y0 >= 0, words


@pytest.mark.parametrize("name", WEEKS)
def test_words_stay_on_the_page_and_do_not_overlap(name):
    _, page, found = venue(name)
    inside(page, found)
    apart(found)


@pytest.mark.parametrize("choice", [1, 2])
def test_every_session_is_a_block_at_its_place(choice):
    week, page, _ = venue("full")
    style = STYLES["session" if choice == 1 else "second choice"]
    expected = sorted(
        (s.weekday - 1 + 0.04, s.start / 60, 0.92, (s.end - s.start) / 60)
        for s in week.sessions
        if s.choice == choice
    )
    found = boxes(page, style)
    assert len(found) == len(expected) > 5
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other)


def test_second_choice_is_told_by_its_edge_too():
    _, page, _ = venue("full")
    (axes,) = page.figure.axes
    lines = {
        to_hex(p.get_facecolor()): p.get_linestyle()
        for p in axes.patches
        if isinstance(p, Rectangle)
    }
    assert lines[STYLES["second choice"].colour.lower()] in ("--", "dashed")
    assert lines[STYLES["session"].colour.lower()] in ("-", "solid")


def test_hours_kept_are_hatched_and_changeovers_lie_below_their_session():
    week, page, _ = venue("full")
    kept = boxes(page, STYLES["kept"])
    assert [(round(x), y, h) for x, y, _, h in kept] == [(2, 18, 2), (6, 9, 3)]
    (axes,) = page.figure.axes
    thin = [p for p in axes.patches if to_hex(p.get_facecolor()) == "#8c8c8c"]
    assert sorted(p.get_y() for p in thin) == sorted(s.end / 60 for s in week.sessions)
    assert {p.get_height() for p in thin} == {0.25}
    assert all(p.get_width() < 0.5 for p in thin)


def test_closed_hours_within_those_shown_are_hatched():
    short = made.cells((range(5), 9, 22), ([5, 6], 10, 18))
    week = made.season([place(COURT, open=short)], [session(COURT, 6, 10, 12)])
    page, _ = drawn(venue_drawing(week, week.places[0], context(), str), week)
    found = [(round(x), y, h) for x, y, _, h in boxes(page, STYLES["closed"])]
    assert found == [(5, 9, 1), (5, 18, 4), (6, 9, 1), (6, 18, 4)]


def test_names_times_and_dates_are_written():
    _, _, found = venue("full")
    words = [text for text, _ in found]
    assert any(text.startswith(f"{GROUPS[0]}\n09:00–11:00") for text in words)
    assert sum("–" in text for text in words) >= 28
    _, _, found = venue("part of the season")
    words = [text.replace("\n", "") for text, _ in found]
    for dates in ("2 Mar–30 Apr", "1 May–5 Jul"):
        assert any(dates in text for text in words)
    assert any("东半场" in text for text in words)
    assert sum("1 May–5 Jul" in text for text in words) == 3
    assert f"{GROUPS[0]}\n10:00–14:00\n1 May–5 Jul" in [text for text, _ in found]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("empty", f"{COURT}: all 44 prime hours stay for residents"),
        ("part of the season", "礼堂: 5 of 44 prime hours go to 3 groups, "
         "3 to venues that share its room, 36 stay for residents"),
        ("all day", f"{COURT}: 0 of 44 prime hours go to no group, 44 stay for residents"),
    ],
)  # fmt: skip
def test_titles_say_what_is_given_and_what_is_left(name, title):
    if name == "all day":
        title = f"{COURT}: all 44 prime hours stay for residents"
    assert venue(name)[1].finding.title == title


def town(n):
    places = [place(f"{CENTRE}·活动室{i}", changeover=15 * (i % 2)) for i in range(1, n + 1)]
    places.append(place(f"{CENTRE}·空房"))
    sessions = [
        session(p.name, 1 + (i + j) % 7, start, start + 1.5, f"{GROUPS[(i + j) % 8]}{i % 3}",
                1 + i % 2)
        for i, p in enumerate(places[:-1])
        for j, start in enumerate((9, 12, 18.5))
    ]  # fmt: skip
    return made.season(places, sessions)


def test_a_centre_of_twelve_is_several_pictures_with_groups_by_number():
    week = town(12)
    drawings = centre_drawings(week, CENTRE, "x", str)
    assert [f.name for f, _ in drawings] == [f"season-week-x-part-{i}" for i in (1, 2, 3)]
    tables = pd.concat([f.table for f, _ in drawings])
    own = tables[tables["group"] != ""]
    assert own.groupby("group")["number"].nunique().eq(1).all()
    assert (
        own["number"].nunique() == own["group"].nunique() == len({s.group for s in week.sessions})
    )
    page, _ = drawn(drawings[0], week)
    assert len(page.figure.axes) == 4 <= MOST
    check_picture(week, drawings[0])


def check_picture(week, drawing):
    """Every session has its number within its block; every name of a venue and group is there."""
    page, found = drawn(drawing, week)
    inside(page, found)
    apart(found)
    table = drawing[0].table
    for axes, (name, rows) in zip(
        page.figure.axes, table.groupby("venue", sort=False), strict=True
    ):
        blocks = rows[rows["group"] != ""]
        starts, ends = (
            blocks[of].str[:2].astype(int) + blocks[of].str[3:].astype(int) / 60
            for of in ("start", "end")
        )
        places = zip(blocks["number"], blocks["weekday"] - 0.5, (starts + ends) / 2, strict=True)
        expected = sorted((str(n), float(x), float(y)) for n, x, y in places)
        written = sorted((t.get_text(), *t.get_position()) for t in axes.texts)
        assert [w[0] for w in written] == [e[0] for e in expected], name
        for one, other in zip(written, expected, strict=True):
            assert one[1:] == pytest.approx(other[1:])
        sessions = [p.get_window_extent() for p in axes.patches if isinstance(p, Rectangle)]
        for text in axes.texts:
            box, tall = text.get_window_extent(), 0.37 * text.get_fontsize() * page.figure.dpi / 72
            middle = axes.transData.transform(text.get_position())[1]  # of digits, without leading
            assert any(
                b.x0 <= box.x0 and box.x1 <= b.x1
                and b.y0 <= middle - tall and middle + tall <= b.y1
                for b in sessions
            ), text.get_text()  # fmt: skip
    words = [text for text, _ in found]
    for number, group in table.loc[table["group"] != "", ["number", "group"]].values:
        assert any(w.startswith(f"{number}  {group[:4]}") for w in words), group
    for name in table["venue"].unique():
        assert any(w.endswith(name.split()[-1][-3:]) for w in words), name


def crowded(groups):
    """Eight rooms with long names of one beginning, and sessions of half an hour to two."""
    kinds = ("多功能活动室 Multi-purpose room", "多功能活动室 Multi-purpose room (north side)")
    rooms = [place(f"{CENTRE}·{kinds[i % 2]} no. {i}") for i in range(8)]
    lengths, sessions, hour = (1, 1.5, 2, 0.5), [], 0
    for i, room in enumerate(rooms):
        for day in range(1, 8):
            for at in (9, 11.5, 14, 16.5, 19):
                length = lengths[(i + day + hour) % 4]
                group = f"小组{len(sessions) % groups} of long names"
                sessions.append(session(room.name, day, at, at + length, group))
                hour += 1
    return made.season(rooms, sessions)


@pytest.mark.parametrize("groups", [pytest.param(10, marks=pytest.mark.slow), 40, 90])
def test_every_number_and_name_can_be_read_however_many_groups_there_are(groups):
    week = crowded(groups)
    drawings = centre_drawings(week, CENTRE, "x", str)
    shown = [name for finding, _ in drawings for name in finding.table["venue"].unique()]
    assert shown == [p.name for p in week.places]
    for drawing in drawings[:2]:
        check_picture(week, drawing)


def test_files_of_a_season(tmp_path, monkeypatch):
    monkeypatch.setattr(theme, "DPI", 50)  # sooner written
    other = place("西溪:舞蹈室", centre="西溪", kind="dance_studio")
    week = town(2)
    week = made.season([*week.places, other], [*week.sessions, session(other.name, 2, 18, 20)])
    paths = season.draw_season(week, context(), tmp_path / "one")
    assert sorted(p.relative_to(tmp_path / "one").as_posix() for p in paths) == sorted([
        *(f"{name}.{end}" for end in ("png", "svg", "csv")
          for name in ("season-hours-given", "season-hours-served", "season-week-和合邻里中心",
                       "season-week-西溪")),
    ])  # fmt: skip
    table = pd.read_csv(tmp_path / "one/season-week-西溪.csv", encoding="utf-8-sig")
    (row,) = table[table["use"] == "session"].itertuples()
    assert (row.venue, row.weekday, row.start, row.group) == (other.name, 2, "18:00", GROUPS[1])
    again = season.draw_centre("西溪", week, context(), tmp_path / "two")
    for path in again:
        assert (
            path.read_bytes()
            == (tmp_path / "one" / path.relative_to(tmp_path / "two")).read_bytes()
        )


def test_names_that_no_font_can_draw_are_numbered_and_said(tmp_path, monkeypatch):
    plain = fonts.FontChoice(("DejaVu Sans",), frozenset(range(0x20, 0x2E80)))
    monkeypatch.setattr(season, "choose_font", lambda: plain)
    week = made.season([place("hall", centre="hall")], [session("hall", 1, 18, 20, "合唱团")])
    paths = season.draw_centre("hall", week, context(place="Cangqian"), tmp_path)
    svg = next(p for p in paths if p.suffix == ".svg").read_text("utf-8")
    assert "group 2" in svg
    assert "No font has " in svg
    table = pd.read_csv(next(p for p in paths if p.suffix == ".csv"), encoding="utf-8-sig")
    assert "合唱团" in set(table["group"])
