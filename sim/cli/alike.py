"""What verbs over several scenarios write alike: rows as plain values, common options."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

__all__ = ["common_words", "records"]


def records(table: Any) -> list[dict[str, Any]]:
    """Rows as plain values; nothing where a number is missing."""
    return [
        {k: None if isinstance(v, float) and not abs(v) < float("inf") else v for k, v in r.items()}
        for r in json.loads(table.to_json(orient="records", double_precision=10))
    ]


def common_words(sets: Sequence[str], replications: str | None, seed: str | None) -> list[str]:
    """Options that most verbs have, as they were typed."""
    words = [word for text in sets for word in ("--set", text)]
    for name, value in (("--replications", replications), ("--seed", seed)):
        words += [name, value] if value is not None else []
    return words
