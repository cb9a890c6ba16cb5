"""Work alone ends the searches of these tests, so that a slow machine finds the same."""

import pytest

from optimise.solver import Clock


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock, but in tests that put it back: they are about it."""
    for module in ("optimise.slots.solve", "optimise.slots.objectives.lexicographic"):
        monkeypatch.setattr(f"{module}.Clock", lambda seconds: Clock(1_000 * seconds))
