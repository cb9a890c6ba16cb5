"""Replications that would not fit into memory are not begun; fewer at once where few fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cli.commands import inside, scenario

from sim.experiment.local import Local, machine_memory, replications_at_once
from sim.experiment.study import EngineProblem
from sim.scenario.derived.size import size_of
from sim.scenario.inputs import Inputs

from .played import inputs_for, played

GROWTH = ("--set", "demand.multiplier=1000", "--set", "demand.intensity=50")


def bytes_of(inputs: Inputs) -> int:
    levels = inputs.level, inputs.interest
    return int(size_of(inputs.scenario, inputs.tables, *levels).bytes)


def test_the_machine_has_some() -> None:
    memory = machine_memory()
    assert memory is None or memory > 10**8


def test_how_many_fit(tmp_path: Path) -> None:
    inputs = inputs_for(tmp_path)
    need = bytes_of(inputs)
    assert replications_at_once(inputs, 3 * need + 100) == 3
    with pytest.raises(EngineProblem, match="this machine has"):
        replications_at_once(inputs, need - 1)


def test_growth_needs_more(tmp_path: Path) -> None:
    inputs = inputs_for(tmp_path)
    tenfold = inputs.scenario.demand.model_copy(update={"multiplier": 10.0})
    grown = replace(inputs, scenario=inputs.scenario.model_copy(update={"demand": tenfold}))
    assert bytes_of(grown) == pytest.approx(10 * bytes_of(inputs), rel=0.01)


def test_what_does_not_fit_is_not_begun(tmp_path: Path) -> None:
    inputs = inputs_for(tmp_path)
    with pytest.raises(EngineProblem, match="one replication takes about"):
        played(inputs, Local(1, memory=1000))


def test_fewer_processes_where_memory_is_for_fewer(tmp_path: Path) -> None:
    """The results are the same, and it is said."""
    inputs = inputs_for(tmp_path)
    said: list[str] = []
    local = Local(4, said.append, memory=int(1.5 * bytes_of(inputs)))
    assert played(inputs, local)[:2] == played(inputs, Local(1))[:2]
    assert said == ["note: there is memory for 1 process; going on with so many"]
    assert local.workers == 1


def test_ten_million_in_one_row_are_not_begun(tmp_path: Path) -> None:
    """Said beforehand, and status 3: a larger machine could do it."""
    name = scenario(tmp_path)
    table = tmp_path / "people.csv"
    rows = table.read_text("utf-8").splitlines()
    rows[1] = ",".join("10000000" if cell.isdigit() else cell for cell in rows[1].split(","))
    table.write_text("\n".join(rows), "utf-8")
    done = inside(tmp_path, "run", name, *GROWTH, "--no-charts")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert "note: A large run" in done.stderr
    assert "GB of memory" in done.stderr
    assert "this machine has" in done.stderr
    assert not (tmp_path / "results").exists() or not list((tmp_path / "results").iterdir())
