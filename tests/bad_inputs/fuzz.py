"""Damaged scenarios and tables by the thousand: problems with places, never anything else.

`cd tests && python -m bad_inputs.fuzz --cases 100000 --seed 7`; what fails is printed with the
options that run it alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from season.helpers import season

from sim.cli.output.progress import say
from sim.cli.verbs.validate import validated
from sim.measure.meter import build_meter, measure
from sim.measure.summary import summarise
from sim.model import build_model, simulate
from sim.model.build import Model
from sim.scenario.derived.size import size_of
from sim.scenario.inputs import Inputs
from sim.scenario.loading import read
from sim.scenario.problems import ScenarioProblems

from .damage import damaged

TESTS = Path(__file__).parent.parent
LONGEST_PROBLEM = 6000
LONGEST_NOTICE = 2000
MOST_WISHES = 20_000
"""Of a replication that is run: a damaged number may ask for millions."""
SIMULATED = 4
"""One in so many of the valid cases is simulated; of all a model is built."""

Files = dict[str, bytes]


@dataclass(frozen=True)
class Counts:
    """How many cases held, had problems, and were simulated."""

    valid: int = 0
    problems: int = 0
    simulated: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.valid + other.valid,
            self.problems + other.problems,
            self.simulated + other.simulated,
        )


def worlds() -> list[tuple[str, Files]]:
    """Scenarios to damage, each with all files of its folder."""
    tiny, small = TESTS / "scenario" / "tiny", TESTS / "siting" / "small"
    found = [(name, _files(tiny)) for name in ("tiny.yaml", "neighbourhood.yaml")]
    found.append(("small.yaml", _files(small)))
    with tempfile.TemporaryDirectory() as folder:
        parts = season(equipment={"piano": {"kinds": ["room"]}}).request("choir").request("drama")
        found.append((parts.write(Path(folder)).name, _files(Path(folder))))
    return found


def _files(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def damaged_case(seed: int, number: int, among: list[tuple[str, Files]]) -> tuple[str, Files]:
    """A scenario with one to three damages: its name, and the files that differ."""
    draw = random.Random(f"{seed} {number}")
    name, files = draw.choice(among)
    changed: Files = {}
    gentle = draw.random() < 0.5
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        yaml = [file for file in files if file.endswith(".yaml")]
        file = draw.choice(yaml if draw.random() < 0.6 else list(files))
        changed[file] = damaged(draw, file, changed.get(file, files[file]), gentle)
    return name, changed


def check(name: str, simulated: bool) -> Counts:
    """Validate the scenario of the working folder, build its model, perhaps simulate it.

    Raises
    ------
    Exception
        Whatever is no `ScenarioProblems` with a place and of bounded length.
    """
    try:
        inputs, notices = validated(read(name), Path(name))
    except ScenarioProblems as error:
        check_problems(error)
        return Counts(problems=1)
    assert all(len(notice) <= LONGEST_NOTICE for notice in (*inputs.notices, *notices))
    size = size_of(inputs.scenario, inputs.tables, inputs.level, inputs.interest)
    if max(size.wishes, size.bookers, size.sign_ups) > MOST_WISHES:
        return Counts(valid=1)
    model = build_model(inputs)
    if simulated:
        _simulate(inputs, model)
    return Counts(valid=1, simulated=int(simulated))


def check_problems(error: ScenarioProblems) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        text = problem.render(error.sources.excerpt(problem))
        assert problem.file, text
        assert len(text) <= LONGEST_PROBLEM, f"{len(text)} characters: {text[:500]}"
        assert all(c.isprintable() or c == "\n" for c in text), ascii(text)
    assert error.render().endswith("Nothing was run.")


def _simulate(inputs: Inputs, model: Model) -> None:
    meter = build_meter(model)
    history = simulate(model, inputs.scenario.experiment.seed, 0)
    values = [measure(meter, history)]
    summarise(meter.rows, values, inputs.scenario.experiment.interval_confidence)


def run_case(seed: int, number: int, among: list[tuple[str, Files]]) -> Counts:
    """Run one case in a folder of its own; nothing may be written there."""
    name, changed = damaged_case(seed, number, among)
    files = dict(next(files for base, files in among if base == name)) | changed
    with tempfile.TemporaryDirectory() as folder, chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("error")
        for file, data in files.items():
            Path(file).write_bytes(data)
        counts = check(name, simulated=number % SIMULATED == 0)
        assert _files(Path()) == files, "something was written"
    return counts


def failures(
    seed: int, numbers: range, tell: Callable[[int, Counts, tuple[float, int]], None] | None = None
) -> Iterator[str]:
    """Run the cases of these numbers and say of each that fails why, and how to run it alone."""
    among, counts, slowest = worlds(), Counts(), (0.0, 0)
    for number in numbers:
        begun = time.perf_counter()
        try:
            counts += run_case(seed, number, among)
        except Exception:
            name, changed = damaged_case(seed, number, among)
            yield (
                f"{traceback.format_exc()}Case {number} of seed {seed}: {name} with other "
                f"{', '.join(changed)}; alone: python -m bad_inputs.fuzz --seed {seed} "
                f"--first {number} --cases 1 --keep FOLDER"
            )
        slowest = max(slowest, (time.perf_counter() - begun, number))
        if tell is not None:
            tell(number, counts, slowest)


def main() -> int:
    """Exit status: 0 no case failed, 1 some did."""
    parser = argparse.ArgumentParser(prog="bad_inputs.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--keep", type=Path, help="write the damaged files of the first case here")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
        among = worlds()
        name, changed = damaged_case(options.seed, options.first, among)
        for file, data in (dict(among)[name] | changed).items():
            (options.keep / file).write_bytes(data)

    def tell(number: int, counts: Counts, slowest: tuple[float, int]) -> None:
        if number % 1000 == 999 or number == options.first + options.cases - 1:
            say(f"{number + 1}: {counts}; slowest: case {slowest[1]}, {slowest[0]:.1f} s")

    failed = 0
    for text in failures(options.seed, range(options.first, options.first + options.cases), tell):
        failed += 1
        say(text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
