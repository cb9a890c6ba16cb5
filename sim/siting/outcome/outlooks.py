"""Plans in demands that the future may bring, and what a ruling over these recommends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.siting.outcome.figures import NO_FIGURE, Figure

__all__ = ["OutlookRank", "Ruling", "Score"]


@dataclass(frozen=True, slots=True)
class OutlookRank:
    """A plan in a demand that the future may bring; gains are over today's venues, there.

    Attributes
    ----------
    value
        Of the plan in the planning model of that outlook.
    best
        Bound: no plan gains more there, in the planning model.
    rank
        Among the plans proposed, by the simulated gain; equal plans share the better rank.
    gain
        Simulated there, under the same residents as the other plans.
    behind
        What the first plan there gains more than this one, paired.
    model_rank
        Among the plans proposed, by the planning model.
    """

    outlook: str
    plan: str
    value: float
    best: float
    rank: int
    gain: Figure = NO_FIGURE
    behind: Figure = NO_FIGURE
    model_rank: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a ruling over outlooks says of a plan, as simulated.

    Attributes
    ----------
    value
        ``expected``: weighted mean gain; ``worst``: least gain; ``regret``: what the best plan
        gains more where it is most (less is better).
    behind
        How much worse it is than the first, paired; its interval holds jointly over all plans.
    where
        Outlook that decides; empty under ``expected``.
    """

    plan: str
    rank: int
    value: Figure
    behind: Figure
    where: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a ruling over outlooks recommends, and what the scenario's own demand would.

    Attributes
    ----------
    plan, base
        Labels of the plan recommended, and of the first under the scenario's own demand.
    scores
        Of every plan, the first first; ``today`` among them.
    given_up
        What `base` gains more than `plan` under the scenario's own demand, paired.
    base_gives_up
        How much worse `base` is under the ruling, paired.
    robust
        Label of the plan made for the outlooks; empty if there is none.
    value, bound, status
        Of it in the planning models of the outlooks, by the ruling (a regret is below 0).
    words
        All of that in sentences.
    """

    ruling: Literal["expected", "worst", "regret"]
    plan: str
    base: str
    scores: tuple[Score, ...]
    given_up: Figure
    base_gives_up: Figure
    robust: str
    value: float
    bound: float
    status: str
    words: tuple[str, ...]
