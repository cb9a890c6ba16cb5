"""A world exported as its operators would and imported again is the same world."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli.commands import inside

from sim.log.records import CANCELLED, UNKNOWN, BookingLog, read_log
from sim.own_data.export import booking_export, write_export
from sim.own_data.importing import plan_import
from sim.own_data.mapping import ImportMapping
from sim.scenario.derived.openings import weeks
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder


def recorded(inputs: Inputs) -> BookingLog:
    """Twenty bookings of each venue."""
    venues = tuple(v.venue for v in inputs.tables.venues)
    venue, i = (a.ravel() for a in np.indices((len(venues), 20)))
    start = np.datetime64("2025-03-03T10:00") + (i * 1440 + venue % 5 * 60).astype("timedelta64[m]")
    status = i % 3
    cancelled = np.where(status == CANCELLED, start - np.timedelta64(1440, "m"), UNKNOWN)
    return BookingLog(
        venues, venue, start - (2880 + i % 5 * 1440).astype("timedelta64[m]"), start,
        start + np.timedelta64(60, "m"), status, cancelled, np.array([1, -1, 0])[status],
        1.0 + i % 5, i % 7,
    )  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inputs, BookingLog, Path]:
    folder = tmp_path_factory.mktemp("export")
    inputs = load(shipped_folder() / "cangqian.yaml")
    made = recorded(inputs)
    files = write_export(inputs, made, folder)
    out = folder / "scenarios" / "town"
    plan_import(files, out, ImportMapping()).write(out)
    return inputs, made, out


def test_the_same_venues_hours_and_tiers(town: tuple[Inputs, BookingLog, Path]) -> None:
    inputs, _, out = town
    back = load(out / "scenario.yaml")
    assert len(back.tables.venues) == 219
    found = []
    for one in (inputs, back):
        week = weeks(one.tables.hours)
        centres = {row.centre: row for row in one.tables.centres}
        zones = {row.community: row.zone for row in one.tables.communities}
        found.append(
            {
                (
                    v.venue, v.kind, v.capacity, v.area_m2, v.access, v.slot_minutes, v.drop_in,
                    week[v.hours], c.centre, c.tier, c.community, c.compound,
                    zones[c.community], round(c.lon, 5), round(c.lat, 5),
                )
                for v in one.tables.venues
                for c in [centres[v.centre]]
            }
        )  # fmt: skip
    assert found[0] == found[1]


def test_the_same_people_live_in_the_same_compounds(
    town: tuple[Inputs, BookingLog, Path],
) -> None:
    inputs, _, out = town
    homes = {o.origin for o in inputs.tables.origins if o.type in ("compound", "village")}
    totals = []
    for one in (inputs, load(out / "scenario.yaml")):
        table = pd.DataFrame([(p.origin, p.segment, p.people) for p in one.tables.people])
        adults = table[1].replace({"working_adult": "adult", "young_family": "adult"})
        totals.append(table[table[0].isin(homes)].groupby([0, adults])[2].sum().to_dict())
    assert totals[0] == totals[1]


def test_the_same_bookings(town: tuple[Inputs, BookingLog, Path]) -> None:
    _, made, out = town
    back = read_log(out / "bookings.csv", made.venues)
    order = np.lexsort((made.venue, made.start))
    again = np.lexsort((back.venue, back.start))
    for column in ("venue", "start", "end", "made", "status", "cancelled", "checked_in", "party"):
        one, other = getattr(made, column)[order], getattr(back, column)[again]
        assert np.array_equal(one, other, equal_nan=column == "cancelled"), column
    assert len(set(zip(made.booker[order].tolist(), back.booker[again].tolist(), strict=True))) == 7


def test_only_bookings_made_in_the_window_are_exported(
    town: tuple[Inputs, BookingLog, Path],
) -> None:
    _, made, _ = town
    day = pd.Timestamp(2025, 3, 11).date()
    assert set(booking_export(made, day, day)["下单时间"].str[:10]) == {"2025-03-11"}


def test_an_export_needs_a_shipped_scenario(tmp_path: Path) -> None:
    done = inside(tmp_path, "world", "cangqian:50", "--as-export", "--out", "x")
    assert done.returncode == 2
    assert "shipped scenario" in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_a_simulated_export_is_imported_run_and_calibrated(tmp_path: Path) -> None:
    """As the tutorial does, and the fitted level is near that of the world it came from."""
    assert inside(tmp_path, "world", "cangqian", "--as-export", "--out", "files").returncode == 0
    files = ("files/venues.xlsx", "files/bookings.csv")
    assert inside(tmp_path, "import", *files, "--out", "scenarios/town").returncode == 0
    shutil.rmtree(tmp_path / "files")
    page = "scenarios/town/scenario.yaml"
    assert inside(tmp_path, "run", page, "--replications", "1", "--no-charts").returncode == 0
    assert inside(tmp_path, "calibrate", page).returncode == 0
