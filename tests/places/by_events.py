"""A place simulated event by event, with seats that are counted and a queue that is a list.

It shares nothing with the loop under test, which knows everybody's wait on arrival.
"""

from __future__ import annotations

import heapq
from collections import deque

__all__ = ["Place"]

LEAVES, BEGINS, COMES, GIVES_UP, CLOSES = range(5)
"""Order of events at the same moment, but for closing, which comes before all others."""


class Place:
    def __init__(self, seats: int, limit: int | None, turns: tuple[int, int, int] | None) -> None:
        self.seats, self.limit, self.turns = seats, limit, turns

    def live(
        self,
        opens: float,
        close: float,
        arrivals: list[float],
        stays: list[float],
        patience: list[float],
        goes_first: list[bool] | None = None,
    ) -> list[tuple[str, float, float]]:
        """(fate, leaves the queue, leaves the seat) of everybody in one stretch."""
        others = [not first for first in goes_first or [False] * len(arrivals)]
        self.free, self.queue = self.seats, deque[int]()
        self.result: dict[int, tuple[str, float, float]] = {}
        self.stays, self.close = stays, close
        self.events: list[tuple[float, int, int]] = [(close, -1, CLOSES)]
        for i, a in enumerate(arrivals):
            self.add(a, COMES, i)
        for t in range(int(opens), int(close) + 1):  # every minute at which seating may begin
            if self.turns:
                self.add(float(t), BEGINS, -1)
        while True:
            now, order, i = heapq.heappop(self.events)
            if order == -1:
                break
            if order == LEAVES:
                self.free += 1
            elif order == COMES:
                if self.queue or not self.free or not self.may_sit(now):
                    if self.limit is not None and len(self.queue) >= self.limit:
                        self.result[i] = ("FULL", now, now)
                        continue
                    if patience[i] < 1e9:
                        self.add(now + patience[i], GIVES_UP, i)
                self.queue.append(i)
            elif order == GIVES_UP and i in self.queue:
                self.queue.remove(i)
                self.result[i] = ("GAVE_UP", now, now)
            while self.queue and self.free and self.may_sit(now):
                called = min(self.queue, key=lambda i: (others[i], i))
                self.queue.remove(called)
                self.sit(called, now)
        for i in self.queue:
            self.result[i] = ("CLOSING", close, close)
        return [self.result[i] for i in range(len(arrivals))]

    def add(self, time: float, order: int, who: int) -> None:
        heapq.heappush(self.events, (time, order, who))

    def serve_by_turn(self, now: float) -> bool:
        return self.turns is not None and self.turns[0] <= now % 1440 < self.turns[1]

    def may_sit(self, now: float) -> bool:
        if not self.serve_by_turn(now):
            return True
        assert self.turns
        return (now % 1440 - self.turns[0]) % self.turns[2] == 0

    def sit(self, i: int, now: float) -> None:
        assert self.turns or not self.serve_by_turn(now)
        stay = self.turns[2] if self.turns and self.serve_by_turn(now) else self.stays[i]
        self.free -= 1
        self.add(now + stay, LEAVES, i)
        self.result[i] = ("SERVED", now, min(now + stay, self.close))
