"""`linli` in the process of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.app import app
from sim.cli.exits import guarded

from .commands import Done, Linli


@pytest.fixture
def linli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Linli:
    """Run `linli WORDS` in this process, without charts: to start one costs more than the work."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Done:
        monkeypatch.setattr(
            "sys.argv", ["linli", *words, *(["--no-charts"] if words[0] == "allocate" else [])]
        )
        status = guarded(app)
        return Done(status, *capsys.readouterr())

    return run
