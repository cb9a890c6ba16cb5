"""A simulated week on a map: venues that fill, residents who are refused, hour by hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.messages import say
from sim.report.document.content import (
    Cell,
    Column,
    Figure,
    MovingMap,
    Source,
    Spot,
    Table,
)
from sim.report.document.maps.frame import Frame, degrees
from sim.report.document.results import RunTables, read_table

FILE = "week.csv"
COUNTS = {
    "open": "hours", "used": "hours", "off_platform": "hours", "requests": "count",
    "refused": "count",
}  # fmt: skip
"""Column of the file -> its unit."""
NAMED = 12
"""Zones named on a map at most."""
LARGEST, SMALLEST, REFUSED = 26.0, 7.0, 5.0
"""Units from the middle to the rim of the largest and smallest centre, and of one refusal."""
LOADS, MOST = 9, 9
"""States of a centre, from empty to full, and refusals of an origin that are told apart."""


@dataclass(frozen=True, eq=False)
class SimulatedWeek:
    """The week that a run left, in a language."""

    run: RunTables

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Rows of the file with numbers in them; none where there is no such file."""
        path = self.run.folder / FILE
        if not path.is_file():
            return pd.DataFrame(columns=["place", "name", "date", "hour", *COUNTS])
        table = read_table(path)
        numbers = {name: pd.to_numeric(table[name]).fillna(0.0) for name in ("hour", *COUNTS)}
        return table.assign(**numbers)

    @property
    def table(self) -> Table:
        """What was held, asked for and refused on each day."""
        columns = [Column(say("head.day"))]
        columns += [Column(say(f"head.week.{n}"), say(f"unit.{u}")) for n, u in COUNTS.items()]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self._day(date), *(self._total(name, date) for name in COUNTS))
            for date in sorted(set(self.rows["date"]))
        )
        title, words = say("table.week"), say("define.week")
        return Table("week", title, tuple(columns), rows, words)

    @property
    def map(self) -> MovingMap | None:
        """The map; None where nothing was recorded or places have no positions."""
        centres, origins = (self.run.tables.get(of) for of in ("centres", "origins"))
        if centres is None or origins is None or self.rows.empty:
            return None
        frame = Frame([*degrees(centres), *degrees(origins)])
        totals = self.rows.groupby(["date", "hour"])[list(COUNTS)].sum()
        most = totals["refused"].to_numpy().argmax()
        return MovingMap(
            key="week",
            title=say("map.week"),
            words=say("map.week.words"),
            frames=tuple(self._words(*row) for row in totals.reset_index().to_numpy().tolist()),
            shown=int(most),
            high=frame.high,
            spots=(
                *self._centres(frame, centres, totals.index),
                *self._origins(frame, origins, totals.index),
            ),
            names=self._zones(frame, origins),
            keys=tuple(
                (look, state, say(f"map.week.{look}"))
                for look, state in (("held", "4"), ("centre", "7"), ("refused", "4"))
            ),
        )

    def _words(self, date: str, hour: float, *counts: float) -> str:
        """What there is to see in an hour."""
        first, last = f"{hour:02.0f}:00", f"{hour + 1:02.0f}:00"
        shown = {n: f"{value:,.0f}" for n, value in zip(COUNTS, counts, strict=True)}
        return say("map.week.hour", day=self._day(date), first=first, last=last, **shown)

    def _day(self, date: str) -> str:
        weekday = say(f"day.{dt.date.fromisoformat(date).weekday()}")
        return say("week.day", day=weekday, date=date)

    def _total(self, column: str, date: str) -> Figure:
        place = "centre" if COUNTS[column] == "hours" else "origin"
        rows = self.rows[(self.rows["place"] == place) & (self.rows["date"] == date)]
        source = Source(f"{self.run.prefix}{FILE}", (("place", place), ("date", date)), column)
        return Figure(float(rows[column].sum()), COUNTS[column], source)

    def _hours(self, place: str, values: pd.Series[float], times: pd.Index) -> dict[str, str]:
        """States of each place, a digit an hour."""
        rows = self.rows[self.rows["place"] == place].assign(state=values)
        table = rows.pivot_table(index="name", columns=["date", "hour"], values="state")
        table = table.reindex(columns=times).fillna(0).astype(int).astype(str)
        return {str(name): states for name, states in table.agg("".join, axis=1).items()}

    def _centres(self, frame: Frame, table: pd.DataFrame, times: pd.Index) -> list[Spot]:
        """Centres, the larger the more venues, filled by the share of open hours that is held.

        On record dark, and with what is taken off platform pale.
        """
        open_ = self.rows["open"].where(self.rows["open"] > 0)
        parts = {"centre": self.rows["used"] + self.rows["off_platform"], "held": self.rows["used"]}
        venues = self.run.tables["venues"].groupby("centre").size()
        found = []
        for look, held in parts.items():
            load = (held / open_).fillna(0.0).clip(upper=1.0)
            states = self._hours("centre", (load * LOADS).apply(np.ceil), times)
            for c in table.to_dict("records"):
                size = LARGEST * (venues.get(c["centre"], 0) / venues.max()) ** 0.5
                if c["centre"] in states:
                    at = frame.place(c["lon"], c["lat"])
                    name = str(c["centre"])
                    found.append(Spot(name, look, *at, max(SMALLEST, size), states[name]))
        return found

    def _origins(self, frame: Frame, table: pd.DataFrame, times: pd.Index) -> list[Spot]:
        """Origins with dots whose area is the number of requests refused."""
        states = self._hours("origin", self.rows["refused"].clip(upper=MOST), times)
        return [
            Spot(str(o["origin"]), "refused", *frame.place(o["lon"], o["lat"]), REFUSED,
                 states[o["origin"]])
            for o in table.to_dict("records")
            if o["origin"] in states
        ]  # fmt: skip

    def _zones(self, frame: Frame, origins: pd.DataFrame) -> tuple[tuple[float, float, str], ...]:
        """Names of the zones above their origins."""
        zone_of = self.run.tables["communities"].set_index("community")["zone"]
        by_zone = origins.groupby(origins["community"].map(zone_of), sort=False)
        if by_zone.ngroups > NAMED:
            return ()
        return tuple(
            (*frame.place(o["lon"].mean(), o["lat"].max()),
             self.run.label("zone", str(zone)))
            for zone, o in by_zone
        )  # fmt: skip
