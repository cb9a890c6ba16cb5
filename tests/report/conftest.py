"""Pictures that are written for their names and words alone."""

from __future__ import annotations

import pytest

from sim.report import theme


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw with few dots to the inch: sooner written, where no test looks at dots."""
    monkeypatch.setattr(theme, "DPI", 50)
