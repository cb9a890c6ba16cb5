"""Tiny towns in which one can reason what each lever does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builders import Parts, plain

from sim.advise.effects import Aim, Town
from sim.advise.levers import levers_of
from sim.advise.programme import Advice, Spending, advise
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.scenario.loading import read

__all__ = ["advised", "crowded", "judged", "lever", "riverside", "short_of_hours"]


def lever(settings: Mapping[str, Any], once: float = 0.0, **more: Any) -> dict[str, Any]:
    """A lever of one size."""
    return {"sizes": {"all": {"set": dict(settings), "once": once}}, "life_years": 1, **more}


def short_of_hours(**levers: Any) -> Parts:
    """Everybody wants five hours at once; rooms are open for three, from 9 to 12."""
    parts = plain(7)
    parts.set(
        kinds__room={"duration_minutes": {"rule": "constant", "value": 300}},
        demand__wishes_per_1000={"person": {"room": 20}},
        demand__flexibility={"shift_minutes": {"rule": "constant", "value": 1440}},
        demand__curves={"flat": {"weekday": {"8-9": 1}, "weekend": {"8-9": 1}}},
        advise={"levers": levers},
    )
    day = {"hours": "day", "days": "Mon-holiday", "open": "9:00", "close": "12:00"}
    parts.tables["hours"].append(day)
    return parts.origin("home").centre("centre").rooms("centre", 20, hours="day")


def crowded(**levers: Any) -> Parts:
    """Two segments alike want the two rooms, open from 9 to 12, more than there is room for."""
    parts = plain(7)
    person = parts.scenario["segments"]["person"]
    parts.set(
        segments={"one": person, "two": person},
        demand__wishes_per_1000={"one": {"room": 200}, "two": {"room": 200}},
        demand__lead_days={"rule": "constant", "value": 0.5},
        demand__curves={"flat": {"weekday": {"9-15": 1}, "weekend": {"9-15": 1}}},
        advise={"levers": levers},
    )
    day = {"hours": "day", "days": "Mon-holiday", "open": "9:00", "close": "12:00"}
    parts.tables["hours"].append(day)
    parts.origin("home", {"one": 1000, "two": 1000}).centre("centre")
    return parts.rooms("centre", 2, hours="day")


def riverside(**levers: Any) -> Parts:
    """Rooms lie across a river, 1.4 km off; one bridge would lead there, another nowhere.

    The second shortens walks from a meadow where nobody lives, and to a shed nobody wishes for.
    """
    parts = plain(7)
    store = {"duration_minutes": {"rule": "constant", "value": 60}}
    parts.set(
        kinds__store=store,
        choice__outside=0,
        choice__per_minute=-0.1,
        demand__wishes_per_1000={"person": {"room": 100}},
        demand__curves={"flat": {"weekday": {"9-12": 1}, "weekend": {"9-12": 1}}},
        advise={"levers": levers},
    )
    day = {"hours": "day", "days": "Mon-holiday", "open": "9:00", "close": "12:00"}
    parts.tables["hours"].append(day)
    parts.origin("home").origin("meadow", {})
    parts.centre("hall", lon=120.015).rooms("hall", 20, hours="day")
    parts.centre("shed", lon=120.015, lat=30.002).rooms("shed", 1, kind="store", hours="day")
    walks = [("home", "hall", "bridge"), ("meadow", "hall", "nowhere"), ("home", "shed", "nowhere")]
    parts.tables["walks"] += [
        {"origin": origin, "centre": centre, "metres": 1000, "link": link}
        for origin, centre, link in walks
    ]
    return parts


def advised(
    parts: Parts, folder: Path, budget: float, aim: Aim = "person_hours", n: int = 4
) -> Advice:
    """Advise on a town in this process, without a store."""
    return judged(parts.write(folder), budget, aim, n)


def judged(path: Path, budget: float, aim: Aim = "person_hours", n: int = 4) -> Advice:
    """Advise on a scenario in this process, without a store."""
    levers = levers_of(read(path), [])
    with Engine(Local(1)) as engine:
        town = Town(levers, engine, aim, n, 1)
        return advise(town, Spending(budget, False), lambda _: None)
