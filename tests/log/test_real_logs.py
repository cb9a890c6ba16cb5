"""Real records that nobody here made: cut artificially, is their demand recovered?"""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_acts_of_desks_that_were_cut_are_recovered() -> None:
    """Over desks whose days were mostly made full, the likelihood is nearer to the truth."""
    logs = pytest.importorskip("benchmarks.logs", reason="statsmodels is not installed")
    if not logs.DATA.is_dir():
        pytest.skip("the real records are not part of the repository")
    found = {f.name.split(", ")[1].split(" /")[0]: f.value for f in logs._cut_desks(60)}
    assert abs(found["recovered"] - 1) < abs(found["cautious"] - 1) < abs(found["plain"] - 1)
