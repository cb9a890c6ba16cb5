"""Slots of a day: one slot a request, content with any of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, poisson

__all__ = ["CarriedOver", "SlotDay", "carried_over", "overbooked", "slot_day"]


@dataclass(frozen=True, slots=True)
class SlotDay:
    """Of days with `slots` slots.

    Attributes
    ----------
    unmet
        Requests unmet / requests made, totals.
    utilisation
        Slots given / slots.
    full
        Probability that a day's slots are all given.
    """

    unmet: float
    utilisation: float
    full: float


def slot_day(load: float, slots: int) -> SlotDay:
    """Poisson(`load`) requests for a day; what is unmet is lost."""
    n = np.arange(slots)
    short = float((slots - n) @ poisson.pmf(n, load))  # mean number of slots left
    given = slots - short
    return SlotDay((load - given) / load, given / slots, float(poisson.sf(slots - 1, load)))


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Of requests that wait for the next day.

    Attributes
    ----------
    left_over
        At a day's end, mean over days.
    delay, delay_of_delayed
        Days between asked and given, mean over all requests and over those delayed.
    """

    left_over: float
    delay: float
    delay_of_delayed: float


def carried_over(load: float, slots: int, states: int = 600) -> CarriedOver:
    """Poisson(`load`) < `slots` a day; unmet requests are served first on the next.

    Notes
    -----
    Left over follow L' = max(0, L + N - slots). The chain is cut at `states`, beyond which
    probabilities underflow for loads that are not very near `slots`. By Little's law the mean delay
    is the mean left over / load. A request is not delayed if it is among the first slots - L of
    its day.
    """
    step = np.zeros((states, states))
    for left in range(states):
        to = np.arange(states)
        step[left] = poisson.pmf(to + slots - left, load)
        step[left, 0] = poisson.cdf(slots - left, load)
        step[left, -1] += 1 - step[left].sum()
    balance = step.T - np.eye(states)
    balance[0] = 1.0
    p = np.linalg.solve(balance, np.eye(states)[0])
    mean = float(np.arange(states) @ p)
    n = np.arange(slots + 1)
    at_once = [
        float(np.minimum(n, k) @ poisson.pmf(n, load) + k * poisson.sf(slots, load))
        for k in range(slots, -1, -1)
    ]
    prompt = float(p[: slots + 1] @ at_once)
    return CarriedOver(mean, mean / load, mean / (load - prompt))


def overbooked(booked: int, comes: float, places: int) -> tuple[float, float]:
    """Probability that more come than there are places, and mean number turned away."""
    beyond = np.arange(1, booked - places + 1)
    away = float(beyond @ binom.pmf(places + beyond, booked, comes))
    return float(binom.sf(places, booked, comes)), away
