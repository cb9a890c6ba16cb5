"""A copy of the tiny world to damage, with marks for where the damage must be reported."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.scenario.loading import load
from sim.scenario.problems import InputProblem, ScenarioProblems

TINY = Path(__file__).parent.parent / "scenario" / "tiny"
MARK = "⟦"


@dataclass
class World:
    """The tiny world in a folder of its own, which is the working folder."""

    folder: Path

    def write(self, name: str, text: str) -> tuple[str, int, int]:
        """Write a file without the mark; returns where the mark was."""
        before, found, after = text.partition(MARK)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((before + after).encode())
        line = before.count("\n") + 1
        return name, line if found else 1, len(before) - before.rfind("\n") if found else 1

    def edit(self, name: str, old: str, new: str) -> tuple[str, int, int]:
        """Replace a text that occurs once; returns where the mark was."""
        text = (self.folder / name).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
        return self.write(name, text.replace(old, new))

    def failure(self, name: str = "tiny.yaml", **options: object) -> ScenarioProblems:
        """Load and return what is wrong."""
        with pytest.raises(ScenarioProblems) as caught:
            load(name, **options)  # type: ignore[arg-type]
        caught.value.render()
        return caught.value

    def problems(self, name: str = "tiny.yaml", **options: object) -> tuple[InputProblem, ...]:
        return self.failure(name, **options).problems


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for path in TINY.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    return World(tmp_path)
