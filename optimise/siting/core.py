"""The problem under one aim, with all that cannot matter solved away.

Every part of the aim becomes a sum over *offers*: an option with what it brings. The standard of
`Aim.uncovered` is a second class of its own beside each class of wishes, whose offers are worth the
weight of being covered and take no hours. What is left out changes no plan's value:

- offers that are worth nothing, and those that can never be there;
- the hours of a facility and band that all who might come cannot fill, even with the fewest rooms;
- offers no better than one that is there in every plan and never full;
- classes whose offers are never full are the same class if they rank the same places alike: each
  takes the best that is open, whatever the amounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.arrays import F64, I64, Bools
from optimise.siting.problem import Aim, Problem


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers to classes, sorted by class; arrays of one entry each.

    Parameters
    ----------
    of_class
        Number of the class, 0 first.
    gate
        Facility that must have a room; -1 if it always has.
    link
        Move that must be made; -1 for none.
    row
        facility * bands + band whose hours it takes; -1 if these never run out.
    value, load
        What it is worth, and the hours that it takes, if the whole class comes.
    group, share
        Group that it counts for, -1 for none, and the share of the group's worth.
    """

    of_class: I64
    gate: I64
    link: I64
    row: I64
    value: F64
    load: F64
    group: I64
    share: F64

    def __len__(self) -> int:
        return len(self.value)

    def select(self, some: I64 | Bools) -> Offers:
        """Some of them."""
        return Offers(*(getattr(self, name)[some] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Core:
    """Offers, what is lost in any case, and the weight of the worst-off group's share."""

    problem: Problem
    offers: Offers
    classes: int
    constant: float
    worst: float
    groups: I64
    """Groups with wishes of any worth."""


def simple_bound(core: Core) -> float:
    """An upper bound on every plan: every class takes its best offer, everybody's share is 1."""
    best = np.zeros(core.classes)
    np.maximum.at(best, core.offers.of_class, core.offers.value)
    return core.constant + float(best.sum()) + core.worst


def group_worth(problem: Problem) -> F64:
    """(groups,) worth of all wishes of each group."""
    classes = problem.classes
    some = classes.group >= 0
    worth = (classes.wishes * classes.worth)[some]
    return summed(classes.group[some], worth, problem.groups)


def summed(at: I64, amount: F64, count: int) -> F64:
    """(count,) sum of the amounts at each index."""
    return np.bincount(at, weights=amount, minlength=count).astype(np.float64)


def core_of(problem: Problem, aim: Aim) -> Core:
    """Reduce a problem under an aim; it must be valid."""
    of_group = group_worth(problem)
    total = float((problem.classes.wishes * problem.classes.worth).sum())
    worst = aim.worst * total if of_group.any() else 0.0
    offers, constant = _all_offers(problem, aim, of_group, worst > 0)
    offers = _possible(problem, offers)
    for _ in range(2):
        offers = _without_slack_rows(problem, offers)
        offers = _undominated(offers)
    offers = offers.select(np.lexsort((offers.gate, offers.link, -offers.value, offers.of_class)))
    alike = worst == 0 or _same_everywhere(problem)
    into = _merged(offers, worst > 0) if alike else np.arange(len(offers))
    kept = np.flatnonzero(into == np.arange(len(into)))
    value = summed(into, offers.value, len(into))
    share = summed(into, offers.share, len(into))
    some, number = np.unique(offers.of_class[kept], return_inverse=True)
    whole = replace(offers, value=value, share=share).select(kept)
    return Core(
        problem=problem,
        offers=replace(whole, of_class=number.astype(np.int64)),
        classes=len(some),
        constant=constant,
        worst=worst,
        groups=np.flatnonzero(of_group > 0),
    )


def _all_offers(problem: Problem, aim: Aim, of_group: F64, fair: bool) -> tuple[Offers, float]:
    """One for each option, and one for each that keeps the standard; and what is lost without."""
    options, classes = problem.options, problem.classes
    come = classes.wishes[options.of_class] * options.asked
    worth = come * classes.worth[options.of_class]
    group = classes.group[options.of_class] if fair else np.full(len(come), -1)
    served = Offers(
        of_class=options.of_class,
        gate=options.facility,
        link=options.link,
        row=options.facility * problem.facilities.hours.shape[1] + options.band,
        value=come * options.value,
        load=come * options.hours,
        group=group,
        share=np.where(group >= 0, worth / np.maximum(of_group, 1e-300)[group], 0.0)
        if fair
        else np.zeros(len(come)),
    )
    served = served.select((served.value > 0) | (served.share > 0))
    if aim.uncovered == 0:
        return served, 0.0
    near = np.flatnonzero(options.near)
    loss = aim.uncovered * classes.wishes
    kept = Offers(
        of_class=options.of_class[near] + len(classes.wishes),
        gate=options.facility[near],
        link=options.link[near],
        row=np.full(len(near), -1),
        value=loss[options.of_class[near]],
        load=np.zeros(len(near)),
        group=np.full(len(near), -1),
        share=np.zeros(len(near)),
    )
    kept = kept.select(kept.value > 0)
    columns = Offers.__dataclass_fields__
    both = {n: np.concatenate([getattr(served, n), getattr(kept, n)]) for n in columns}
    return Offers(**both), -float(loss.sum())


def _same_everywhere(problem: Problem) -> bool:
    """Whether a wish served is worth the same wherever it is: then value and share rank alike."""
    options, worth = problem.options, problem.classes.worth
    first = np.searchsorted(options.of_class, options.of_class)
    same = options.value == options.value[first]
    return bool((same & ((options.value > 0) | (worth[options.of_class] == 0))).all())


def _has_rooms(problem: Problem) -> Bools:
    """(F,) whether a facility can ever have a room."""
    moves, gain = problem.moves, np.zeros(len(problem.facilities.rooms), np.int64)
    np.add.at(gain, moves.gives[moves.gives >= 0], moves.most[moves.gives >= 0])
    return problem.facilities.rooms + gain > 0


def _possible(problem: Problem, offers: Offers) -> Offers:
    """Keep rooms that can be there; the gates of rooms that nothing can take are taken off."""
    moves, lose = problem.moves, np.zeros(len(problem.facilities.rooms), np.int64)
    np.add.at(lose, moves.takes[moves.takes >= 0], moves.most[moves.takes >= 0])
    there = _has_rooms(problem)
    linked = (offers.link < 0) | np.append(moves.most, 1)[offers.link].astype(bool)
    offers = offers.select(there[offers.gate] & linked)
    always = problem.facilities.rooms + _fixed_rooms(problem) - lose > 0
    return replace(
        offers,
        gate=np.where(always[offers.gate], -1, offers.gate),
        link=np.where(np.append(moves.fixed, 0)[offers.link] > 0, -1, offers.link),
    )


def _fixed_rooms(problem: Problem) -> I64:
    """(F,) rooms that decided moves give."""
    moves, some = problem.moves, problem.moves.gives >= 0
    rooms = np.zeros(len(problem.facilities.rooms), np.int64)
    np.add.at(rooms, moves.gives[some], moves.fixed[some])
    return rooms


def _least_hours(problem: Problem) -> F64:
    """(F * B,) hours of a facility with the fewest rooms with which it is open."""
    moves, facilities = problem.moves, problem.facilities
    gives, takes = moves.gives >= 0, moves.takes >= 0
    least = facilities.hours.copy()
    first = np.full(least.shape, np.inf)
    np.minimum.at(first, moves.gives[gives], moves.gives_hours[gives])
    empty = (facilities.rooms == 0)[:, None] & np.isfinite(first)
    least += np.where(empty, first, 0.0)
    lost = moves.takes_hours[takes] * moves.most[takes, None]
    np.subtract.at(least, moves.takes[takes], lost)
    return least.ravel()


def _without_slack_rows(problem: Problem, offers: Offers) -> Offers:
    least = _least_hours(problem)
    limited = offers.row >= 0
    load = summed(offers.row[limited], offers.load[limited], len(least))
    full = np.append(load > least, False)
    return replace(offers, row=np.where(full[offers.row], offers.row, -1))


def _undominated(offers: Offers) -> Offers:
    """Remove offers no better than one that is always there and never full."""
    sure = np.flatnonzero((offers.gate < 0) & (offers.link < 0) & (offers.row < 0))
    if not len(sure) or not len(offers):
        return offers
    order = sure[np.lexsort((-offers.value[sure], offers.of_class[sure]))]
    of_class, at = np.unique(offers.of_class[order], return_index=True)
    best = np.full(int(offers.of_class.max()) + 1, -1)
    best[of_class] = order[at]
    other = best[offers.of_class]
    worse = (other >= 0) & (other != np.arange(len(offers)))
    worse &= (offers.value <= offers.value[other]) & (offers.share <= offers.share[other])
    return offers.select(~worse)


def _merged(offers: Offers, by_group: bool) -> I64:
    """Which offer each is part of, as classes never short of hours that rank places alike merge.

    Offers are sorted by class and value; the worth of each is the sum of its parts.
    """
    first = np.flatnonzero(np.diff(offers.of_class, prepend=-1))
    if not len(first):
        return first
    limited = np.logical_or.reduceat(offers.row >= 0, first)
    place = np.column_stack([offers.gate, offers.link])
    into: dict[tuple[bytes, int], int] = {}
    to = np.arange(len(offers))
    for begin, end, full in zip(first, np.append(first[1:], len(to)), limited, strict=True):
        if full:
            continue
        group = int(offers.group[begin]) if by_group else -1
        key = (place[begin:end].tobytes(), group)
        to[begin:end] += into.setdefault(key, int(begin)) - begin
    return to
