"""The function that shows a whole run gives what `linli run` gives; the README quotes it."""

from __future__ import annotations

import inspect
from pathlib import Path

import pandas as pd
from builders import TINY

import sim
from sim.scenario.loading import load
from sim.studies.run import run

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_quotes_the_function_to_the_letter() -> None:
    assert f"```python\n{inspect.getsource(sim.simulate)}```" in README.read_text(encoding="utf-8")


def test_it_gives_the_rows_of_a_run() -> None:
    path = TINY / "tiny.yaml"
    whole = run(load(path, replications="3"), jobs=1).summary
    shown = sim.simulate(path, 3)
    assert len(shown) > 100
    pd.testing.assert_frame_equal(shown, whole.iloc[: len(shown)])
