"""The first difference between two traces, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .events import Line

__all__ = ["first_difference"]


def first_difference(kept: Sequence[Line], now: Sequence[Line]) -> str | None:
    """What happens otherwise than in the trace that was kept; None if nothing does."""
    same = next((n for n, (a, b) in enumerate(zip(kept, now, strict=False)) if a != b), None)
    if same is None:
        if len(kept) == len(now):
            return None
        same = min(len(kept), len(now))
    return "\n".join([f"The first {same} of {len(kept)} events agree.", *_apart(kept, now, same)])


def _apart(kept: Sequence[Line], now: Sequence[Line], at: int) -> list[str]:
    before = [f"Before it: {_words(kept[at - 1])}"] if at else []
    old, new = (_words(t[at]) if at < len(t) else "nothing more happens" for t in (kept, now))
    words = [f"Event {at + 1} was: {old}", f"       it is now: {new}"]
    if at < len(kept) and at < len(now):
        words.append(_kind(kept, now, at))
    return [*before, *words, _numbers(kept, now)]


def _kind(kept: Sequence[Line], now: Sequence[Line], at: int) -> str:
    """Whether an event changed, is missing, is new, or comes at another time."""
    old, new = kept[at], now[at]
    if old in now[at:]:
        if new in kept[at:]:
            return "Both happen in both traces, in another order."
        return "The event that was there comes later: what happens now is new."
    if new in kept[at:]:
        return "The event that was there does not happen any more; the trace goes on without it."
    names = ("time", "event", "who", "what")
    differ = [name for name in names if getattr(old, name) != getattr(new, name)]
    return f"They differ in: {', '.join(differ)}."


def _numbers(kept: Sequence[Line], now: Sequence[Line]) -> str:
    """How many events of each sort there were and are, where that changed."""
    old, new = Counter(line.event for line in kept), Counter(line.event for line in now)
    changed = [f"{e} {old[e]} -> {new[e]}" for e in sorted(old | new) if old[e] != new[e]]
    sorts = "; ".join(changed) or "as many of each sort"
    return f"In all {len(kept)} events then, {len(now)} now: {sorts}."


def _words(line: Line) -> str:
    parts = (line.who, line.event, f"({line.what})")
    return f"{line.time} {' '.join(part for part in parts if part)}"
