"""The day by hand: the program against the derivation in docs/verification-day.md."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import FIRST

from .day import Page, Row, minutes, play, read_page

GIVES_UP = {3: "Tue 12:00"}
STAYS_AWAY = {2}


@pytest.fixture(scope="module")
def page() -> Page:
    return read_page()


@pytest.fixture(scope="module")
def played(page: Page, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return play(page, tmp_path_factory.mktemp("day"), GIVES_UP, STAYS_AWAY)


def at(words: str) -> pd.Timestamp:
    return pd.Timestamp(FIRST) + pd.Timedelta(minutes=minutes(words))


def expected(row: Row) -> dict[str, object]:
    """The columns of the table that a line of the page is about; None where its cell is empty."""
    return {
        "origin": row["who"],
        "outcome": row["outcome"],
        "reason": row["reason"] or None,
        "venue": row["room"] or None,
        "start": at(row["from"]) if row["from"] else None,
        "end": at(row["until"]) if row["until"] else None,
        "attempt": int(row["attempt"] or -1),
        "decided_at": at(row["decided"]),
    }


def test_twelve_requests(page: Page) -> None:
    numbers = [row["no"] for row in page.requests]
    assert numbers == [row["no"] for row in page.outcomes] == [str(n + 1) for n in range(12)]
    asked = [minutes(row["asks"]) for row in page.requests]
    assert asked == sorted(asked)


@pytest.mark.parametrize("number", range(1, 13))
def test_outcome_and_reason(page: Page, played: pd.DataFrame, number: int) -> None:
    """Every cell of the derivation."""
    wanted = expected(page.outcomes[number - 1])
    found = played.loc[number, list(wanted)]
    assert {k: None if pd.isna(v) else v for k, v in found.items()} == wanted


def test_cancelled_at(played: pd.DataFrame) -> None:
    when = played["cancelled_at"].dropna()
    assert when.to_dict() == {number: at(words) for number, words in GIVES_UP.items()}
