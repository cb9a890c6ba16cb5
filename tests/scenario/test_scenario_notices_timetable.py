"""What is said about a timetable that is allowed but probably not meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import tiny
from timetable.season import block, seasoned

INSIDE = block("Court 1", 1, "18:00", "20:00")
BEFORE = block("Court 2", 1, "18:00", "20:00", until="2026-03-01", request="winter")


@pytest.mark.parametrize(
    ("rows", "spec", "words"),
    [
        ([INSIDE, BEFORE], {}, "1 of 2 blocks have no date in the counting window"),
        ([INSIDE, BEFORE], {}, "winter (2025-12-01 until 2026-03-01)."),
        ([], {}, "no club has a room"),
        ([INSIDE], {"release_unused": True}, "nothing is ever given back"),
        ([INSIDE], {"release_unused": True, "unused_share": 0.1}, None),
        ([INSIDE], {}, None),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path: Path, rows: list[dict[str, object]], spec: dict[str, object],
                      words: str | None) -> None:  # fmt: skip
    notices = [n for n in seasoned(tiny(), rows, tmp_path, **spec).notices if "timetable" in n]
    assert len(notices) == (words is not None)
    if words is not None:
        assert words in notices[0]
