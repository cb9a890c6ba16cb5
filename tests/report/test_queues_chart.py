"""Queues by hour: the busiest kinds, who waits longest, and turns that make nobody queue."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text

from sim.report.charts.run import queues
from sim.report.fonts import choose_font
from sim.report.page import lay_out
from sim.report.theme import settings

from .fake import Table, context
from .fake_neighbourhood import one


def lines(waits, half=0.1, n=20, arrivals=None, away=0.05, **changes):
    """Waits by `kind*daytype*hour`, 1,000 arrivals in every hour unless said."""
    t = Table(n)
    for level, wait in waits.items():
        t.add("arrivals", queues.GROUP, level, (arrivals or {}).get(level, 1000), unit="count")
        t.add("mean_wait_minutes", queues.GROUP, level, wait, half, "minutes")
        t.add("turned_away_share", queues.GROUP, level, away, 0.01)
        t.add("seats_taken_share", queues.GROUP, level, 0.5, 0.01)
    return one(queues, t, place_kind_labels={}, **changes)


WAITS = {"canteen*weekday*11": 4.0, "canteen*weekday*12": 9.2, "canteen*weekend*12": 3.0,
         "reading_room*weekday*12": 1.0}  # fmt: skip


def test_queues_show_the_busiest_kinds_and_leave_gaps_where_closed():
    data = lines(WAITS)
    assert [k.kind for k in data.kinds] == ["canteen", "reading_room"]
    assert data.kinds[0].visited == 3000
    assert data.kinds[0].away == pytest.approx(150)
    wait = data.kinds[0].values["mean_wait_minutes"]
    assert wait[0, 12] == pytest.approx([9.2, 9.1, 9.3])
    assert np.isnan(wait[1, 11]).all()
    assert data.kinds[0].values["turned_away_share"][1, 12, 0] == 0.05
    assert data.hours[0] <= 11
    assert data.hours[1] >= 12


def test_queues_name_the_longest_wait_as_far_as_intervals_tell():
    assert lines(WAITS).finding.title == (
        "canteen: people wait longest at 12:00 on weekdays, 9.2 minutes on average"
    )
    near = {**WAITS, "canteen*weekday*11": 9.1}
    assert lines(near).finding.title == (
        "canteen: people wait longest on weekdays from 11:00 to 13:00, up to 9.2 minutes"
    )
    apart = {**WAITS, "canteen*weekend*12": 9.1}
    assert lines(apart).finding.title == (
        "canteen: longest waits, up to 9.2 minutes; no single hour stands out"
    )
    tied = {**WAITS, "reading_room*weekday*12": 9.1}
    assert lines(tied).finding.title == (
        "No place clearly has the longest wait; mean waits reach 9.2 minutes"
    )
    assert lines(WAITS, n=1).finding.title == (
        "canteen: longest wait 9.2 minutes, at 12:00 on weekdays, in one replication"
    )


def test_queues_without_waits_and_of_rare_hours():
    still = dict.fromkeys(WAITS, 0.0)
    assert lines(still, half=0, away=0).finding.title == (
        "Nobody waits or is turned away in this scenario"
    )
    assert lines(still, half=0, away=0.25).finding.title == (
        "Hardly anybody waits in this scenario; 25 % of arrivals are turned away"
    )
    rare = {**WAITS, "canteen*weekday*20": 60.0}
    assert "9.2 minutes" in lines(rare, arrivals={"canteen*weekday*20": 3}).finding.title


def test_queues_show_the_busiest_kinds_and_the_one_that_the_title_names():
    """The fifth by arrivals is drawn where people wait longest there, in place of the fourth."""
    waits = {
        f"{kind}*weekday*12": wait for kind, wait in zip("abcde", (0, 1, 2, 3, 9), strict=True)
    }
    people = {f"{kind}*weekday*12": 5000 - 500 * i for i, kind in enumerate("cabde")}
    data = lines(waits, arrivals=people, away=0)
    assert [k.kind for k in data.kinds] == list("cabe")
    assert "e: people wait longest at 12:00 on weekdays, 9.0 minutes" in data.finding.title
    assert data.finding.note == "Less busy kinds, in the CSV only: 1"
    assert "d*weekday*12" in set(data.finding.table["level"])
    calm = lines({**waits, "e*weekday*12": 2.5}, arrivals=people)
    assert [k.kind for k in calm.kinds] == list("cabd")
    assert "d: people wait longest" in calm.finding.title
    alike = lines({**waits, "e*weekday*12": 0}, arrivals=dict.fromkeys(people, 2000))
    assert [k.kind for k in alike.kinds] == list("abcd")


TURNS = {"canteen": (30, 11, 13)}


def test_waiting_for_the_next_turn_is_no_queue():
    """Half a turn is taken off in hours with turns, and said: title and picture are of the rest."""
    waits = {"canteen*weekday*11": 15.0, "canteen*weekday*12": 15.02, "canteen*weekday*17": 0.0,
             "clinic*weekday*09": 3.8}  # fmt: skip
    data = lines(waits, turn_kinds=TURNS)
    assert data.finding.title == (
        "clinic: people queue longest at 09:00 on weekdays, 3.8 minutes on average"
    )
    assert data.finding.note == (
        "canteen: seated in turns of 30 minutes; half a turn is taken off the wait"
    )
    longest = max(data.kinds, key=lambda k: np.nanmax(k.values["mean_wait_minutes"][:, :, 0]))
    assert longest.kind == "clinic"  # as the title says
    canteen = next(k for k in data.kinds if k.kind == "canteen")
    assert canteen.values["mean_wait_minutes"][0, 12, 0] == pytest.approx(0.02)
    table = data.finding.table.set_index(["metric", "level"])["mean"]
    assert table["mean_wait_minutes", "canteen*weekday*12"] == 15.02
    assert table["mean_queue_minutes", "canteen*weekday*12"] == pytest.approx(0.02)
    assert "Queue, minutes (mean wait, less half a turn)" in {
        text.get_text() for text in drawn_queues(data).figure.findobj(Text)
    }
    assert lines(waits).finding.title == (
        "canteen: people wait longest on weekdays from 11:00 to 13:00, up to 15 minutes"
    )
    assert lines(waits).finding.note == ""


def test_a_queue_beyond_the_next_turn_counts():
    waits = {"canteen*weekday*12": 25.0, "canteen*weekday*17": 8.0, "clinic*weekday*09": 3.8}
    assert lines(waits, turn_kinds=TURNS).finding.title == (
        "canteen: people queue longest at 12:00 on weekdays, 10 minutes on average"
    )
    evening = {**waits, "canteen*weekday*12": 16.0}  # no turns at 17:00
    assert "at 17:00 on weekdays, 8.0 minutes" in lines(evening, turn_kinds=TURNS).finding.title
    assert lines(waits, n=1, turn_kinds=TURNS).finding.title == (
        "canteen: longest queue 10 minutes, at 12:00 on weekdays, in one replication"
    )


def test_nothing_but_turns_is_no_queue_at_all():
    waits = {"canteen*weekday*11": 15.0, "canteen*weekday*12": 14.9}
    assert lines(waits, half=0, away=0, turn_kinds=TURNS).finding.title == (
        "Nobody queues or is turned away in this scenario"
    )
    assert lines(waits, half=0, away=0.25, turn_kinds=TURNS).finding.title == (
        "Hardly anybody queues in this scenario; 25 % of arrivals are turned away"
    )


def test_turns_of_several_kinds_in_one_note():
    waits = {"canteen*weekday*12": 15.0, "kitchen*weekday*12": 15.0, "tea*weekday*15": 30.0}
    turns = {"canteen": (30, 11, 13), "kitchen": (30, 12, 13), "tea": (60, 15, 16)}
    assert lines(waits, turn_kinds=turns).finding.note == (
        "canteen and kitchen: seated in turns of 30 minutes; half a turn is taken off the wait. "
        "tea: seated in turns of 60 minutes; half a turn is taken off the wait"
    )


def test_hours_in_which_nobody_comes_are_left_out():
    """Reading seats open all night are no reason to draw the night."""
    night = {f"reading*weekday*{hour:02d}": 0.0 for hour in range(8)}
    t = Table()
    for level in night:
        t.add("arrivals", queues.GROUP, level, 0, unit="count")
        t.add("mean_wait_minutes", queues.GROUP, level, np.nan, unit="minutes")
        t.add("seats_taken_share", queues.GROUP, level, 0.004, 0)
    for hour in range(8, 20):
        level = f"reading*weekday*{hour:02d}"
        t.add("arrivals", queues.GROUP, level, 900, unit="count")
        t.add("mean_wait_minutes", queues.GROUP, level, 1.0, unit="minutes")
        t.add("turned_away_share", queues.GROUP, level, 0.0, 0)
        t.add("seats_taken_share", queues.GROUP, level, 0.3, 0)
    assert one(queues, t).hours == (8, 19)


def test_a_wait_of_seconds_is_not_written_to_three_digits():
    page = drawn_queues(lines({"canteen*weekday*12": 0.00078, "gym*weekday*12": 5.0}, half=0.0001))
    words = {text.get_text() for text in page.figure.findobj(Text)}
    assert "<0.1" in words
    assert not any("0.00078" in text for text in words)


def drawn_queues(data):
    """The picture's page."""
    with mpl.rc_context(settings(choose_font().families)):
        page = lay_out(data.finding, context())
        queues.plot(page, data)
    return page
