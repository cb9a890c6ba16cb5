"""Bookings of several rooms in tables and metrics: room-hours of each room, people once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import tiny

from sim.studies.run import Run, run

COURTS = "badminton_court"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder: Path = tmp_path_factory.mktemp("rooms")
    parts = tiny().set(demand__level=4, policy__window__opens_days_ahead=5)
    parts.set(kinds__badminton_court__rooms_at_once={1: 2, 2: 1})
    return run(parts.load(folder, replications=1), jobs=1, with_wishes=True)


def found(ran: Run, metric: str, group: str = "kind", level: str = COURTS) -> float:
    rows = ran.summary.set_index(["metric", "group", "level"])["mean"]
    return float(rows[(metric, group, level)])


def held(ran: Run) -> pd.DataFrame:
    """A row a room of every booking of courts that lies in the window, with its hours."""
    table = ran.wishes
    assert table is not None
    inside = (table["start"] >= "2026-03-02") & (table["start"] < "2026-03-16")
    table = table[inside & (table["kind"] == COURTS) & (table["outcome"] != "cancelled")].copy()
    table["hours"] = (table["end"] - table["start"]) / pd.Timedelta(hours=1)
    rooms = table["venue"].astype(str) + ", " + table["more_venues"]
    table["room"] = rooms.str.strip(", ").str.split(", ")
    return table.explode("room")


def test_hours_are_of_every_room_and_people_count_once(ran: Run) -> None:
    rows = held(ran)
    assert (
        rows.groupby("wish")["room"].nunique() == rows.groupby("wish")["rooms_at_once"].first()
    ).all()
    assert (rows["rooms_at_once"] > 1).sum() > 20
    open_hours = found(ran, "open_hours")
    assert found(ran, "utilisation_booked") == pytest.approx(rows["hours"].sum() / open_hours)
    for room, own in rows.groupby("room"):
        booked = found(ran, "utilisation_booked", "venue", room) * found(
            ran, "open_hours", "venue", room
        )
        assert booked == pytest.approx(own["hours"].sum())
    used = rows[rows["outcome"] == "used"].drop_duplicates("wish")
    people = float((used["hours"] * used["party_size"]).sum())
    assert found(ran, "person_hours") == pytest.approx(people)


def test_served_by_number_of_rooms(ran: Run) -> None:
    """Group `rooms_at_once`: of each number the wishes, requests and those with all their rooms."""
    table = ran.wishes
    assert table is not None
    table = table[(table["wished_at"] >= "2026-03-02") & (table["wished_at"] < "2026-03-16")]
    for number, own in table.groupby("rooms_at_once"):
        asked, booked = own["outcome"] != "not asked", own["venue"].notna()
        assert found(ran, "wishes", "rooms_at_once", str(number)) == len(own)
        share = booked.sum() / asked.sum()
        assert found(ran, "served_share", "rooms_at_once", str(number)) == pytest.approx(share)
        assert (own.loc[booked, "more_venues"].str.len() > 0).eq(number == 2).all()
    served = [found(ran, "served_share", "rooms_at_once", n) for n in ("1", "2")]
    assert served[1] < served[0]
    assert np.isfinite(served).all()
