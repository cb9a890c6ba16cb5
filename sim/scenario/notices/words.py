"""Words that notices share."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.problems import nearest


def like(name: str, others: Iterable[str]) -> str:
    """End a sentence, with the name that was probably meant if one of the others is like it."""
    found = nearest(name, (o for o in others if o != name))
    return f". Did you mean `{found}`?" if found is not None else "."


def percent(share: float) -> str:
    """Say a share in words, rounded."""
    return "all" if share >= 1 else f"about {max(0.1, min(99.9, 100 * share)):.2g} %"
