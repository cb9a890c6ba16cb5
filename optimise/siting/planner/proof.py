"""Prices that prove a bound, from the linear relaxation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import Core, possible
from optimise.siting.planner.program import Relaxed, Written
from optimise.siting.solution import Certificate

__all__ = ["certificate"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


def certificate(core: Core, program: Written, relaxed: Relaxed) -> Certificate:
    """Prices of classes, hours, rooms, floor area and money, of the problem as it was given.

    `check.bound_by` says what each is and computes the bound anew.
    """
    problem, price, parts = core.problem, relaxed.price, program.parts
    classes, (facilities, bands) = len(problem.classes.wishes), problem.facilities.hours.shape
    hours = np.zeros(facilities * bands)
    hours[program.row] = price[parts["hours"]]
    rooms = np.zeros(facilities)
    rooms[program.gated] = price[parts["rooms"]]
    # Where no room can ever be, its price costs nothing.
    rooms[~possible(problem)] = core.most
    group = np.zeros(problem.groups)
    if "groups" in parts:
        group[core.groups] = price[parts["groups"]]
    of_class = _class_prices(core, price[parts["classes"]], np.append(group, 0.0))
    return Certificate(
        kind="planner",
        multipliers={
            "classes": of_class[:classes],
            "standards": of_class[classes:],
            "hours": hours.reshape(facilities, bands),
            "rooms": rooms,
            "groups": group,
            **_move_prices(core, price[parts["moves"]]),
            **_by_link(core, program, price),
        },
        bound=relaxed.value,
    )


def _class_prices(core: Core, price: F64, group: F64) -> F64:
    """(2 D,) price of each class and each standard.

    Classes that were merged have offers worth v_1 >= v_2 >= ... each, in one order. A price of the
    whole between two of its own sums is split at the same part of the way between theirs, so that
    what offers are worth beyond the price adds up as before. No price is below the worth of an
    offer that is always there: what was left out for it is worth no more.
    """
    loose, whole = core.loose, core.offers
    prices = np.zeros(len(core.merged))
    first = np.searchsorted(whole.of_class, np.arange(core.classes + 1))
    begin = np.flatnonzero(np.diff(loose.of_class, prepend=-1))
    end = np.append(begin[1:], len(loose))[: len(begin)]
    free = (loose.gate < 0) & (loose.link < 0) & (loose.row < 0)
    worth = loose.value + group[loose.group] * loose.share
    total = whole.value + group[whole.group] * whole.share
    for at, stop in zip(begin, end, strict=True):
        of = loose.of_class[at]
        into = core.merged[of]
        mine, sums = worth[at:stop], total[first[into] : first[into + 1]]
        split = price[into]
        if len(sums) == len(mine) and (sums != mine).any():
            # Ascending knots, the price of nothing first; a price above all is split as the most.
            split = np.interp(price[into], np.append(sums, 0.0)[::-1], np.append(mine, 0.0)[::-1])
            split += max(price[into] - sums[0], 0.0) * mine[0] / sums[0]
        prices[of] = max(float(split), mine[free[at:stop]].max(initial=0.0))
    return prices


def _move_prices(core: Core, price: F64) -> dict[str, F64]:
    """Prices of the rows of moves alone, in the order of `moving.move_rows`."""
    problem = core.problem
    facilities, bands = problem.facilities.hours.shape
    money = int(np.isfinite(problem.budget))
    limited = np.flatnonzero(np.isfinite(problem.floor))
    poorer = np.unique(problem.moves.takes[problem.moves.takes >= 0])
    floor, room, hour = (
        np.zeros(len(problem.floor)),
        np.zeros(facilities),
        np.zeros((facilities, bands)),
    )
    at = money + len(limited)
    floor[limited] = price[money:at]
    room[poorer] = price[at : at + len(poorer)]
    hour[poorer] = price[at + len(poorer) :].reshape(len(poorer), bands)
    return {"budget": price[:money], "floor": floor, "taken_rooms": room, "taken_hours": hour}


def _by_link(core: Core, program: Written, price: F64) -> dict[str, F64]:
    """(P,) part of an offer's worth beyond its price that its link is paid for, not its rooms."""
    offers, options = core.offers, core.problem.options
    gate, link = np.zeros(len(offers)), np.zeros(len(offers))
    gate[offers.gate >= 0] = price[program.parts["gates"]]
    link[offers.link >= 0] = price[program.parts["links"]]
    part = np.where(offers.link >= 0, 0.5, 0.0)
    paid = gate + link > 0
    part[paid] = link[paid] / (gate + link)[paid]
    part[(offers.link >= 0) & (offers.gate < 0)] = 1.0
    found = {}
    never = np.append(core.problem.moves.most == 0, False)[options.link]
    for name, near in (("by_link", False), ("standard_by_link", True)):
        found[name] = never.astype(np.float64)
        key = {
            (int(c), int(g), int(k)): float(p)
            for c, g, k, p in zip(offers.of_class, offers.gate, offers.link, part, strict=True)
            if k >= 0
        }
        some = core.loose.take((core.loose.link >= 0) & (core.loose.near == near))
        into = core.merged[some.of_class]
        found[name][some.option] = [
            key[int(c), int(g), int(k)] for c, g, k in zip(into, some.gate, some.link, strict=True)
        ]
    return found
