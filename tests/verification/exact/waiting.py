"""Waiting: first come, first served within a class; a wait runs from request to start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .loss import birth_death

__all__ = ["Queue", "many_servers", "one_server", "priorities"]

LONG = 4000
"""States kept of an unlimited queue: far beyond where probabilities underflow."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Of a queue in steady state, times in mean service times.

    Attributes
    ----------
    waits
        Share of requests that wait.
    mean_wait
        Over all requests, those that give up or are sent away included.
    utilisation
        Mean busy servers / servers.
    gave_up, sent_away
        Shares of requests that lose patience, and that find the queue full.
    """

    waits: float
    mean_wait: float
    utilisation: float
    gave_up: float
    sent_away: float


def many_servers(
    servers: int, load: float, *, patience: float | None = None, places: int | None = None
) -> Queue:
    """M/M/c, with exponential patience (M/M/c+M, Palm 1957) or a limited queue (M/M/c/K).

    Parameters
    ----------
    patience
        Its mean, in mean service times; without it unlimited.
    places
        Who finds so many waiting is sent away; without it nobody is.

    Notes
    -----
    By Little's law the mean wait is the mean queue over the rate of requests; who gives up leaves
    the queue at rate queue / patience.
    """
    top = servers + (LONG if places is None else places)
    n = np.arange(top + 1)
    queue = np.maximum(n - servers, 0)
    leave = np.minimum(n, servers) + (0.0 if patience is None else queue / patience)
    p = birth_death(np.full(top, load), leave[1:])
    waiting = float(queue @ p)
    sent_away = float(p[-1]) if places is not None else 0.0
    return Queue(
        waits=float(p[servers:].sum()) - sent_away,
        mean_wait=waiting / load,
        utilisation=float(np.minimum(n, servers) @ p) / servers,
        gave_up=0.0 if patience is None else waiting / patience / load,
        sent_away=sent_away,
    )


def one_server(load: float, cv2: float) -> float:
    """Mean wait of M/G/1 in mean service times (Pollaczek 1930, Khinchine 1932).

    Parameters
    ----------
    cv2
        Variance / mean^2 of the service time.
    """
    return load * (1 + cv2) / (2 * (1 - load))


def priorities(first: float, second: float) -> tuple[float, float]:
    """Mean waits of two classes of M/M/1, no pre-emption (Cobham 1954).

    Parameters
    ----------
    first, second
        Loads of the class that is served first and of the other.
    """
    rest = first + second  # exponential: what is left of a service in progress x its probability
    return rest / (1 - first), rest / ((1 - first) * (1 - first - second))
