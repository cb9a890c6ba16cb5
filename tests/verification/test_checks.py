"""Every figure within 4 standard errors of its exact value, and none with an error of 2 %."""

from __future__ import annotations

from pathlib import Path

import pytest

from .checking import Check, look
from .limits import ERROR, LIMIT, POWER
from .recording import Record, record_line
from .registry import CHECKS, ORDER

NAMES = [check.name for check in CHECKS]
QUICK = [check for check in CHECKS if check.quick is not None]


def test_names_and_lines_differ() -> None:
    lines = [line for check in CHECKS for line in check.lines]
    assert len(set(NAMES)) == len(NAMES)
    assert len(set(lines)) == len(lines) >= 40


@pytest.mark.parametrize("check", QUICK, ids=lambda check: check.name)
def test_near_the_exact_value(check: Check, tmp_path: Path) -> None:
    """A short run: sees gross errors, every day."""
    assert check.quick is not None
    for row in look(check, check.quick, tmp_path):
        assert abs(row.z) <= LIMIT, row


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_precisely(check: Check, tmp_path: Path, record_property: Record) -> None:
    """A long run: right as it is, red with 2 % more, and that by 6 standard errors or more."""
    right = look(check, check.full, tmp_path / "right")
    wrong = look(check, check.full, tmp_path / "wrong", ERROR)
    for number, (row, red) in enumerate(zip(right, wrong, strict=True)):
        record_line(
            record_property,
            (ORDER[check.name], number),
            row.check,
            row.exact,
            row.simulated,
            row.z,
            replications=row.replications,
            worst_of=check.worst_of.get(row.check, 1),
            error=check.error,
            red=red.z,
        )
    for row, red in zip(right, wrong, strict=True):
        assert row.replications >= 30
        assert abs(row.z) <= LIMIT, row
        assert abs(red.simulated - row.simulated) >= POWER * row.error, (row, red)
        assert abs(red.z) > LIMIT, red
