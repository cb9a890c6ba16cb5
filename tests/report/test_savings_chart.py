"""What savings would cost in recorded use, zone by zone, and what would close."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.measure.closing import BLOCKS, N_BLOCKS
from sim.report.charts.run import savings
from sim.report.charts.run.savings import ROOMS
from sim.stats.intervals import t_interval
from sim.zones.savings import Candidate, SavingStep
from sim.zones.savings_table import ZonePlan, savings_summary

from .fake import Table
from .fake_neighbourhood import one


def closing(targets, half=0.001, n=20, zones="ab", share=True, **changes):
    """Ten steps a zone of 100 yuan; each loses 1 % (a) or 2 % (b) of use."""
    t = Table(n)
    for i, zone in enumerate(zones):
        for step in range(1, 11):
            level = f"{zone}*{step:03d}"
            lost = 0.01 * (i + 1) * step
            t.add("savings_yuan", "zone*step", level, 100 * step, 0, "yuan")
            if share:
                t.add("savings_use_lost_share", "zone*step", level, lost, half)
            t.add("savings_person_hours_lost", "zone*step", level, 1e4 * lost, 1, "hours")
            what = ("court Mon 08", "hall Sun 20", "gym Sat 06")[(step > 3) + (step > 5)]
            t.add("savings_closures", "zone*step*what", f"{level}*{what}", 1, 0, "hours")
        if i < len(targets):
            t.add("saved_yuan_per_year", "zone", zone, targets[i], 0, "yuan")
    return one("savings", t, **changes)


def test_savings_stop_at_the_step_that_first_reaches_the_figure():
    rows = closing((450, 500)).finding.table.set_index("zone")
    assert rows["step"].tolist() == ["005", "005"]
    assert rows.loc["a", ["lost", "lost_low", "lost_high"]].tolist() == pytest.approx(
        [0.05, 0.049, 0.051]
    )
    assert rows.loc["b", "lost"] == pytest.approx(0.10)
    assert rows.loc["a", "closed"].endswith("court Mon 08 (3), hall Sun 20 (2)")
    low = closing((5000,), zones="a").finding.table.iloc[0]
    assert (low["step"], low["yuan"], low["target"]) == ("010", 1000, 5000)


def test_savings_titles_follow_intervals_and_what_is_reached():
    title = closing((450, 500)).finding.title
    assert title == "Saving 500 yuan a year costs b 10 % of its recorded use"
    title = closing((450, 500), half=0.04).finding.title
    assert title == "Reported savings would cost zones 5.0 to 10 % of recorded use"
    title = closing((450, 500), n=1).finding.title
    assert title == (
        "Reported savings would cost zones 5.0 to 10 % of recorded use, in one replication"
    )
    title = closing((450, 5000)).finding.title
    assert title == "Closing hours reaches the reported savings in 1 of 2 zones"
    title = closing((4500, 5000)).finding.title
    assert title == "No zone reaches the reported savings by closing hours"
    title = closing(()).finding.title
    assert title == "Closing hours saves up to 1,000 yuan a year, losing 10 % of recorded use"


def test_savings_are_credited_to_who_states_them():
    said = {f"zones.{zone}.saved_yuan_per_year": "data: ledger" for zone in "ab"}
    assert "Savings stated by: data: ledger" in closing((450, 500), credits=said).finding.note
    two = said | {"zones.b.saved_yuan_per_year": "article: Evening Post"}
    note = closing((450, 500), credits=two).finding.note
    assert note.endswith("Savings stated by: data: ledger; article: Evening Post")
    assert "stated by" not in closing((450, 500)).finding.note


def test_savings_in_person_hours_where_shares_are_not_known():
    data = closing((450, 500), share=False)
    assert data.finding.table["lost"].iloc[0] == pytest.approx(500)
    assert data.finding.title == "Saving 500 yuan a year costs b 1,000 person-hours"


def test_titles_without_a_figure_to_aim_at_are_short_enough_in_one_replication():
    title = closing((), n=1).finding.title
    assert title == "Closing hours saves 1,000 yuan, loses 10 % of recorded use, in one replication"
    assert len(title.split()) <= 15


def plain(lines):
    """Lines with ordinary spaces."""
    return [line.replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ([], []),
        ([(ROOMS, 1)], ["1 room closed wholly"]),
        ([(ROOMS, 12)], ["12 rooms closed wholly"]),
        ([("centres Sat-Sun 18-24", 1)], ["1 block of centre hours: Sat-Sun 18-24 (1)"]),
        ([("centres Mon-Fri 12-18", 5), (ROOMS, 3), ("centres Mon-Fri 6-12", 2)],
         ["3 rooms closed wholly", "7 blocks of centre hours: Mon-Fri 12-18 (5), 6-12 (2)"]),
        ([("centres Mon-Fri 12-18", 5), ("centres Sat-Sun 6-12", 4), ("centres Mon-Fri 6-12", 2),
          ("centres Sat-Sun 18-24", 2), ("centres Sat-Sun 12-18", 1)],
         ["14 blocks of centre hours: Mon-Fri 12-18 (5); Sat-Sun 6-12 (4) and 5 more"]),
        ([("court Mon 08", 3), (ROOMS, 1)], ["1 room closed wholly", "court Mon 08 (3)"]),
    ],
)  # fmt: skip
def test_what_is_closed_in_words(closed, words):
    assert plain(savings.closed_words(closed)) == words


def test_words_of_closures_are_those_of_the_analysis():
    """The chart knows rooms and blocks by the words that `savings_closures` uses."""
    nothing = np.zeros((1, N_BLOCKS), dtype=bool), np.zeros(1, dtype=bool)
    room = SavingStep(Candidate(0, -1, 0, *nothing), 1.0, np.zeros(1))
    hours = SavingStep(Candidate(0, 0, -1, *nothing), 1.0, np.zeros(1))
    none = np.zeros(1)
    stock = SimpleNamespace(used=np.zeros((1, 1, N_BLOCKS)))
    plan = ZonePlan("Z", 1, 2, 2, t_interval(none, 0.95), 0, 1, (room, hours, room), stock)
    summary = savings_summary([plan], 0.95)
    what = summary.loc[summary["metric"] == "savings_closures", "level"].str.split("*").str[2]
    block = f"{BLOCKS[0].days} {BLOCKS[0].hours}"
    assert plain(savings.closed_words(list(what.value_counts().items()))) == [
        "2 rooms closed wholly",
        f"1 block of centre hours: {block} (1)",
    ]


def test_use_that_no_record_shows_is_said_not_to_count():
    assert closing((450,), zones="a", off_platform_share=0.3).finding.note == (
        "Recorded use of venues: booked, activities, drop-in; as if nobody went elsewhere; not "
        "counted: off-platform use (assumed: 30 % of open hours)"
    )
    for share in (None, 0.0):
        note = closing((450,), zones="a", off_platform_share=share).finding.note
        assert note.endswith("not counted: off-platform use")
    assert "least recorded use per yuan first" in closing((450,), zones="a").finding.subtitle
    note = closing((450,), zones="abcdefghijkl").finding.note
    assert note.endswith("zones in the CSV only: 3")
