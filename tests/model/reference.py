"""One replication by hand: plain, slow Python from the scenario's rows and the wishes' keys.

It shares with the model only the names of random streams. It says for every wish why it was not
asked, or which room it got when, by trying every room of every centre in the documented order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from builders import Parts

from sim.model import History, Model
from sim.streams import key_of, uniforms

from .rows import Row, open_slots, quantile, window_of

__all__ = ["Town", "Wish", "replay"]


@dataclass
class Wish:
    """What the reference says of a wish."""

    reason: str
    best: str | None = None
    ranked: tuple[str, ...] = ()
    outcome: str = ""
    venues: tuple[str, ...] = ()
    start: int = -1
    attempt: int = 0
    cancelled: bool = False
    no_show: bool = False


def replay(parts: Parts, model: Model, history: History) -> list[Wish]:
    """Ask, choose, book and cancel as the documents say."""
    town = Town(parts, model, history)
    people = [town.choose(i) for i in range(len(history.wishes))]
    for *_, kind, i in sorted(town.events(people)):
        if kind == 0:
            town.ask(i, people[i])
        else:
            town.cancel(i, people[i])
    return people


class Town:
    """Everything a replication fixes before anybody asks, and who has which room."""

    def __init__(self, parts: Parts, model: Model, history: History) -> None:
        self.scenario, self.tables, self.wishes = parts.scenario, parts.tables, history.wishes
        self.grid = parts.scenario["grid_minutes"]
        self.cells, self.world = model.plan.cells, model.world
        self.origins = {row["origin"]: row for row in self.tables["origins"]}
        self.draw = {
            name: uniforms(history.wishes.key, key_of("purpose", name)).tolist()
            for name in (
                "outside", "nest angle", "nest exponential", "bicycle", "gives up",
                "gives up when", "no-show", "shift", "others",
            )
        }  # fmt: skip
        self.noise = {
            row["centre"]: uniforms(
                history.wishes.key ^ np.uint64(key_of("centre", row["centre"])),
                key_of("purpose", "centre"),
            ).tolist()
            for row in self.tables["centres"]
        }
        lats = [p["lat"] for p in self.tables["origins"]]
        self.window = {
            row["centre"]: window_of(parts, row["centre"]) for row in self.tables["centres"]
        }
        self.squeeze = math.cos(math.radians(round((min(lats) + max(lats)) / 2, 1)))
        first, n_days = model.world.calendar.first, model.world.n_days
        self.free = {}
        self.is_open = {}
        for v, row in enumerate(self.tables["venues"]):
            name = row["venue"]
            self.is_open[name] = open_slots(parts, row, first, n_days)
            self.free[name] = bytearray(self.is_open[name])
            for slot in np.flatnonzero(history.off_platform[v].ravel()).tolist():
                self.free[name][slot] = 0

    def about(self, i: int) -> tuple[Row, Row, str]:
        """Origin, segment and kind of a wish."""
        cell = int(self.wishes.cell[i])
        origin = self.world.origins.names[int(self.cells.origin[cell])]
        segment = self.world.segments[int(self.cells.segment[cell])]
        kind = self.world.kinds[int(self.cells.kind[cell])]
        return self.origins[origin], self.scenario["segments"][segment], kind

    def rooms(self, origin: Row, centre: Row, kind: str) -> list[Row]:
        """Rooms of a kind that people of an origin may use, smallest first."""
        allowed = {"public"}
        if origin["community"] == centre["community"]:
            allowed.add("community")
        if centre["compound"] == origin["origin"]:
            allowed.add("compound")
        rooms = [
            row
            for row in self.tables["venues"]
            if row["centre"] == centre["centre"]
            and row["kind"] == kind
            and row["access"] in allowed
        ]
        return sorted(rooms, key=lambda row: (row["capacity"], row["venue"]))

    def minutes(self, i: int, origin: Row, segment: Row, centre: Row) -> float:
        east = (origin["lon"] - centre["lon"]) * 111.195 * self.squeeze
        north = (origin["lat"] - centre["lat"]) * 111.195
        metres = math.hypot(east, north) * 1000 * self.scenario["travel"]["detour"]
        walk = metres / segment.get("metres_per_second", 1.25) / 60
        if self.draw["bicycle"][i] < segment["bicycle_share"]:
            return min(walk, metres / 3.3 / 60 + 2)
        return walk

    def choose(self, i: int) -> Wish:
        """Why a wish is not asked, or the centres in order."""
        spec = self.scenario["choice"]
        origin, segment, kind = self.about(i)
        start, wanted = int(self.wishes.start[i]), int(self.wishes.rooms[i])
        party = math.ceil(self.wishes.party[i] / wanted)
        end = start + int(self.wishes.duration[i])
        outside = spec["outside"] - math.log(-math.log(self.draw["outside"][i]))
        shared = self.shared(i, spec["nest"])
        exists = fits = would = False
        ranked = []
        for centre in self.tables["centres"]:
            large = [r for r in self.rooms(origin, centre, kind) if r["capacity"] >= party]
            exists |= len(large) >= wanted
            minutes = self.minutes(i, origin, segment, centre)
            if len(large) < wanted or minutes > self.scenario["travel"]["max_minutes"]:
                continue
            fits = True
            n = sum(self.offers(r, start, end) for r in large)
            if n >= wanted:
                gumbel = -math.log(-math.log(self.noise[centre["centre"]][i]))
                at_once = spec["tiers"].get(centre["tier"], 0) + spec["log_rooms"] * math.log(n)
                at_once += spec["nest"] * (shared + gumbel)
                would |= at_once > outside
                ranked.append((at_once + spec["per_minute"] * minutes, centre["centre"]))
        ranked.sort(reverse=True)
        better = tuple(name for value, name in ranked if value > outside)
        if better:
            return Wish("asked", ranked[0][1], better[:4])
        if not exists:
            return Wish("no such kind")
        if not ranked:
            return Wish("closed then" if fits else "too far")
        return Wish("too far" if would else "rather not", ranked[0][1])

    def shared(self, i: int, nest: float) -> float:
        """Log of a positive stable variable, by Kanter's formula."""
        if nest == 1:
            return 0.0
        angle = math.pi * self.draw["nest angle"][i]
        w = -math.log(self.draw["nest exponential"][i])
        a = math.sin((1 - nest) * angle) / w
        stable = math.sin(nest * angle) / math.sin(angle) ** (1 / nest) * a ** ((1 - nest) / nest)
        return math.log(stable)

    def offers(self, room: Row, start: int, end: int) -> bool:
        """Whether a room offers this start and is open for the whole time."""
        is_open = self.is_open[room["venue"]]
        on_step = start * self.grid % 1440 % room["slot_minutes"] == 0
        return on_step and end <= len(is_open) and all(is_open[start:end])

    def events(self, people: list[Wish]) -> list[tuple[float, float, int, int, int]]:
        """Asking (0) and giving up (1) in time, ties in order of asking and then of keys.

        Who asks outside the window of the centre of first choice is refused here.
        """
        found = []
        cancellation = self.scenario["demand"]["cancellation"]
        for i, person in enumerate(people):
            if not person.ranked:
                continue
            ask, start = (
                float(self.wishes.wished_at[i]),
                int(self.wishes.start[i]) * float(self.grid),
            )
            if not self.may_ask(person.ranked[0], start - ask):
                person.outcome = "window"
            else:
                key = int(self.wishes.key[i])
                found.append((ask, ask, key, 0, i))
                if self.draw["gives up"][i] < cancellation["share"]:
                    when = quantile(cancellation["when"], self.draw["gives up when"][i])
                    found.append((ask + when * (start - ask), ask, key, 1, i))
        return found

    def may_ask(self, centre: str, ahead: float) -> bool:
        """Whether rooms of a centre may be asked for so many minutes ahead."""
        earliest, latest = self.window[centre]
        return latest - 1e-6 <= ahead <= earliest + 1e-6

    def attempts(self, i: int, person: Wish) -> list[tuple[int, str, int]]:
        """(number, centre, start) in order: preferred start everywhere, then later and earlier."""
        flexible = self.scenario["demand"]["flexibility"]
        others = int(quantile(flexible["other_centres"], self.draw["others"][i]))
        shift = quantile(flexible["shift_minutes"], self.draw["shift"][i])
        step = self.scenario["kinds"][self.about(i)[2]]["start_minutes"] // self.grid
        centres, start = person.ranked[: others + 1], int(self.wishes.start[i])
        starts = [start]
        for slots in range(step, int(shift) // self.grid + 1, step):
            starts += [start + slots, start - slots]
        every = [(centre, at) for at in starts for centre in centres]
        ask = float(self.wishes.wished_at[i])
        return [
            (number, centre, at)
            for number, (centre, at) in enumerate(every)
            if self.may_ask(centre, at * self.grid - ask)
        ]

    def ask(self, i: int, person: Wish) -> None:
        origin, _, kind = self.about(i)
        length, wanted = int(self.wishes.duration[i]), int(self.wishes.rooms[i])
        party = math.ceil(self.wishes.party[i] / wanted)
        by_name = {row["centre"]: row for row in self.tables["centres"]}
        for attempt, name, at in self.attempts(i, person):
            free = [
                room["venue"]
                for room in self.rooms(origin, by_name[name], kind)
                if room["capacity"] >= party
                and self.offers(room, at, at + length)
                and at >= 0
                and all(self.free[room["venue"]][at : at + length])
            ][:wanted]
            if len(free) == wanted:
                for venue in free:
                    self.free[venue][at : at + length] = bytes(length)
                person.outcome, person.venues = "booked", tuple(free)
                person.start, person.attempt = at, attempt
                lead = float(self.wishes.lead[i])
                spec = self.scenario["demand"]["no_show"]
                chance = min(spec["at_most"], spec["base"] + spec["per_lead_day"] * lead)
                person.no_show = self.draw["no-show"][i] < chance
                return
        person.outcome = "full"

    def cancel(self, i: int, person: Wish) -> None:
        if person.outcome != "booked":
            return
        ask, preferred = (
            float(self.wishes.wished_at[i]),
            int(self.wishes.start[i]) * float(self.grid),
        )
        when = quantile(
            self.scenario["demand"]["cancellation"]["when"], self.draw["gives up when"][i]
        )
        if ask + when * (preferred - ask) <= person.start * self.grid:
            person.cancelled, person.no_show = True, False
            length = int(self.wishes.duration[i])
            for venue in person.venues:
                self.free[venue][person.start : person.start + length] = b"\x01" * length
