"""What columns of venue lists, booking exports and population tables may say: one row a field."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

TableName = Literal["venues", "bookings", "population", "numbers"]
TABLE_NAMES: tuple[TableName, ...] = get_args(TableName)
_FACTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Field:
    """A thing that a column may say.

    Attributes
    ----------
    words
        Headers that mean it, the plainest first.
    needed
        Whether the table says nothing without it.
    personal
        Whether its cells are about a person: they are never written, printed or kept.
    """

    words: tuple[str, ...]
    needed: bool
    personal: bool


def _fields(table: TableName) -> dict[str, Field]:
    found = {}
    for head, words in _FACTS["fields"][table].items():
        name = head.rstrip("!*")
        found[name] = Field((name, *words.split(", ")), "!" in head, "*" in head)
    return found


FIELDS: dict[TableName, dict[str, Field]] = {table: _fields(table) for table in TABLE_NAMES}
"""Fields of each table by what `mapping.yaml` calls them."""
BOOKERS = ("booker", "phone", "identity", "person", "email")
"""Personal fields that tell bookers apart, the best first."""

KINDS, TIERS, ACCESS, STATUSES = (
    {name: tuple(words) for name, words in _FACTS[group].items()}
    for group in ("kinds", "tiers", "access", "statuses")
)
"""Names of the scenario -> words that mean them; of kinds parts of words, tried in this order."""
YES, NO, BLOCK_TYPES, TOTALS, EMPTY = (
    tuple(_FACTS["words"][group]) for group in ("yes", "no", "blocks", "totals", "empty")
)
