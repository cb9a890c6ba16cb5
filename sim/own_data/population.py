"""Where people live: communities, origins and segments, from a table or assumed from the venues."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.own_data.fields import TOTALS
from sim.own_data.mapping import Rows
from sim.own_data.reading import ImportAccount, SheetReading
from sim.own_data.values import numbers
from sim.own_data.venues import VenueList, read_coordinates, read_names
from sim.scenario.read.files import shipped_folder
from sim.stats.apportion import apportion

PEOPLE_PER_VENUE = 1000
"""Where nothing is said of people: Cangqian has 1,073 for each of its venues."""
PEOPLE_PER_HOUSEHOLD = 2.5
OLDEST = 89
AGES = {"child": (0, 14), "teenager": (15, 17), "adult": (18, 44), "midlife": (45, 59),
         "older": (60, 74), "oldest": (75, OLDEST)}  # fmt: skip
"""Years of age by segment; those of other residents are the adults'."""
NOT_RESIDENT = ("employee", "student")
_ASSUMED_SOURCE = "assumption: not in the files"


@dataclass(frozen=True, slots=True)
class ImportedWorld:
    """Tables of places and people, ready to be written."""

    communities: pd.DataFrame
    origins: pd.DataFrame
    people: pd.DataFrame
    centres: pd.DataFrame


def read_population(taken: list[Rows], account: ImportAccount) -> pd.DataFrame:
    """Origins with their people, ages and coordinates, as far as tables say them."""
    frames = [_read(account.open(rows)) for rows in taken]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _read(sheet: SheetReading) -> pd.DataFrame:
    sheet.leave(sheet.cells.isin(TOTALS).any(axis=1), "a line of totals")
    nameless = (sheet.text("compound") == "") & (sheet.text("community") == "")
    sheet.leave(nameless, "no community or compound named")
    names = ("compound", "community", "zone", "subdistrict")
    found = pd.DataFrame({field: read_names(sheet, field) for field in names})
    for row in found.index[found.duplicated(["compound", "community"])]:
        field = "compound" if found.at[row, "compound"] else "community"
        sheet.wrong(row, field, "another row has the same place; add both")
    ages = [str(name) for name in sheet.cells if str(name).startswith("age_")]
    for field in ("people", "households", *ages):
        text = sheet.text(field)
        found[field] = numbers(text, sheet.rows.unit(field))
        wrong = (text != "") & ~(found[field] >= 0)
        sheet.wrong_cells(field, wrong, "no number of people or households")
    bands = sorted(zip(_bands(ages), ages, strict=True))
    for (one, _), (other, name) in pairwise(bands):
        if other[0] <= one[1]:
            message = f"this age band overlaps that of {one[0]} to {one[1]}; leave one out in the "
            sheet.wrong(0, name, f"{message}mapping (field: null)")
    found["lon"], found["lat"] = read_coordinates(sheet)
    found["source"] = [f"data: {sheet.rows.source(row)}" for row in found.index]
    return found


def _bands(names: list[str]) -> list[tuple[int, int]]:
    return [(int(a), min(int(b), OLDEST)) for _, a, b in (name.split("_") for name in names)]


def make_world(
    population: pd.DataFrame, listed: VenueList, place: str, account: ImportAccount
) -> ImportedWorld:
    """Put the tables of places and people together from venues and population."""
    venues = listed.venues
    venues["community"] = venues["community"].where(
        venues["community"] != "", _community_of(venues, place, account)
    )
    people = population.copy() if len(population) else _assumed_people(venues, account)
    for field in ("community", "zone", "subdistrict"):
        people[field] = people.get(field, pd.Series("", index=people.index)).fillna("")
    people["community"] = people["community"].where(people["community"] != "", place)
    centres = _centres(venues, account)
    communities = _communities(venues, people, place, account)
    origins = _origins(people, centres, account)
    return ImportedWorld(communities, origins, _segments(people, account), centres)


def _community_of(venues: pd.DataFrame, place: str, account: ImportAccount) -> pd.Series:
    """Community where a list names none: that of the centre elsewhere, its zone, or one for all."""
    unsaid = venues["community"] == ""
    said = venues[~unsaid].groupby("centre")["community"].first()
    found = venues["centre"].map(said.to_dict()).astype(object).fillna(venues["zone"])
    found = found.where(found != "", place)
    theirs = "that of their centre, else their zone, else one for all"
    account.assume("community of {n} venues", theirs, of=unsaid)
    return found


def _centres(venues: pd.DataFrame, account: ImportAccount) -> pd.DataFrame:
    """A row a centre: what its first row says, in the middle of its rooms."""
    groups = venues.groupby("centre", sort=False)
    for field in ("tier", "community", "compound"):
        mixed = groups[field].nunique()
        for centre in mixed.index[mixed > 1]:
            values = " and ".join(dict.fromkeys(groups.get_group(centre)[field]))
            account.notes.append(
                f"centre {centre}: its rooms give {field} {values}; the first is taken"
            )
    centres = groups[["tier", "community", "compound", "source"]].first()
    centres["source"] = centres["source"].str.split(";").str[0]
    centres["lon"], centres["lat"] = groups["lon"].mean().round(6), groups["lat"].mean().round(6)
    centres = centres.reset_index()
    _fill_coordinates(centres, centres, "centres", account)
    return centres


def _fill_coordinates(
    table: pd.DataFrame, known: pd.DataFrame, what: str, account: ImportAccount
) -> None:
    """Places without coordinates take the middle of their community's centres, or of all."""
    lost = table["lon"].isna()
    if not lost.any() or known["lon"].isna().all():
        return
    middle = known.groupby("community")[["lon", "lat"]].mean().round(6)
    for axis in ("lon", "lat"):
        table[axis] = (
            table[axis]
            .fillna(table["community"].map(middle[axis]))
            .fillna(round(float(known[axis].mean()), 6))
        )
    names = table.loc[lost, table.columns[0]].tolist()
    shown = ", ".join(map(str, names[:20])) + (
        f" and {len(names) - 20} more" if len(names) > 20 else ""
    )
    middles = "the middle of their community's centres, else of all"
    account.assume(f"coordinates of {len(names)} {what}", middles, shown)


def _communities(
    venues: pd.DataFrame, people: pd.DataFrame, place: str, account: ImportAccount
) -> pd.DataFrame:
    people["zone"] = people["zone"].where(people["zone"] != "", people["subdistrict"])
    rows = pd.concat(
        [venues[["community", "zone", "source"]], people[["community", "zone", "source"]]]
    )
    zones = rows[rows["zone"] != ""].groupby("community")["zone"].agg(lambda z: z.mode().iloc[0])
    table = rows.drop_duplicates("community")[["community", "source"]].copy()
    table["source"] = table["source"].str.split(";").str[0]
    table["zone"] = table["community"].map(zones).fillna(place)
    if (table["zone"] == place).any():
        account.assume("zone of communities", place, "no file names a zone or subdistrict")
    return table[["community", "zone", "source"]]


def _assumed_people(venues: pd.DataFrame, account: ImportAccount) -> pd.DataFrame:
    number = venues.groupby(["community", "compound"]).size() * PEOPLE_PER_VENUE
    why = "no file has a population; Cangqian has 1,073 a venue"
    each = f"{PEOPLE_PER_VENUE:,} a venue"
    account.assume("people of every community", each, why, between="300 to 3,000")
    return number.reset_index(name="people").assign(source=_ASSUMED_SOURCE)


def _origins(people: pd.DataFrame, centres: pd.DataFrame, account: ImportAccount) -> pd.DataFrame:
    """A row a compound or, where none is named, a community; and every compound with a centre."""
    people["origin"] = people["compound"].where(people["compound"] != "", people["community"])
    again = people.duplicated("origin", keep=False)
    people.loc[again, "origin"] = people["community"] + people["compound"]
    rows = people.drop_duplicates("origin").copy()
    members = centres[(centres["tier"] == "compound") & ~centres["compound"].isin(rows["origin"])]
    added = members.drop_duplicates("compound")[["compound", "community", "lon", "lat"]].rename(
        columns={"compound": "origin"}
    )
    if len(added):
        why = "the population table does not have them"
        account.assume(f"people of {len(added)} compounds with a centre", 0, why)
    rows = pd.concat([rows, added.assign(source=_ASSUMED_SOURCE)], ignore_index=True)
    rows["type"] = np.where(rows["origin"].str.endswith("村"), "village", "compound")
    for field in ("lon", "lat", "households"):
        rows[field] = rows.get(field, np.nan)
    table = rows[["origin", "type", "community", "lon", "lat", "households", "source"]].copy()
    table["households"] = table["households"].fillna(0).round().astype(int)
    own = centres.rename(columns={"compound": "home"})
    _fill_coordinates(table, own, "origins", account)
    return table


def _segments(people: pd.DataFrame, account: ImportAccount) -> pd.DataFrame:
    """Whole numbers of people by origin and segment; the rest is shared out as in Cangqian."""
    shipped = pd.read_csv(shipped_folder() / "cangqian" / "people.csv")
    residents = shipped[~shipped["segment"].isin(NOT_RESIDENT)]
    shares = residents.groupby("segment")["people"].sum()
    shares = shares / shares.sum()
    ages = [str(name) for name in people if str(name).startswith("age_")]
    counted = people[ages].fillna(0).to_numpy(dtype=float) if ages else np.zeros((len(people), 0))
    known = people.reindex(columns=["people", "households"]).to_numpy(dtype=float)
    total, homes = known[:, 0], known[:, 1]
    if ages:
        total = np.where(np.isnan(total), counted.sum(axis=1), total)
    missing = np.isnan(total)
    if (missing & ~np.isnan(homes)).any():
        why = "the table has households only"
        account.assume("people of a household", PEOPLE_PER_HOUSEHOLD, why, between="2.2 to 2.8")
    total = np.nan_to_num(np.where(missing, homes * PEOPLE_PER_HOUSEHOLD, total))
    inside, left = _by_band(_bands(ages), shares)
    weights = counted @ inside + np.maximum(total - counted.sum(axis=1), 0)[:, None] * left
    bands = "from age bands where there are any; the rest as in Cangqian"
    why = "single and with children after Cangqian's assumed shares"
    account.assume("segments of the people", bands, why)
    rows = []
    for origin, whole, weight, source in zip(
        people["origin"], total, weights, people["source"], strict=True
    ):
        parts = apportion(weight.tolist(), round(whole)) if whole >= 0.5 else []
        rows += [(origin, s, n, source) for s, n in zip(shares.index, parts, strict=False) if n]
    return pd.DataFrame(rows, columns=["origin", "segment", "people", "source"])


def _by_band(bands: list[tuple[int, int]], shares: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Segments of one person of each band, and of one of no band: ages alike within a segment."""
    density = np.zeros((OLDEST + 1, len(shares)))
    for i, segment in enumerate(shares.index):
        first, last = AGES.get(segment, AGES["adult"])
        density[first : last + 1, i] = shares[segment] / (last - first + 1)
    rows, free = [], density.copy()
    for first, last in bands:
        part = density[first : last + 1].sum(axis=0)
        rows.append(part / part.sum())
        free[first : last + 1] = 0
    left = free.sum(axis=0)
    left = left / left.sum() if left.sum() else density.sum(axis=0)
    return np.array(rows).reshape(len(bands), len(shares)), left
