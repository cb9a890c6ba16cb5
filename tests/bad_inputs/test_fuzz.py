"""Whatever stands in the files: problems with places, never anything else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems

TINY = Path(__file__).parent.parent / "scenario" / "tiny"
NEIGHBOURHOOD = "neighbourhood.yaml"
FILES = sorted(path.name for path in TINY.iterdir())
SNIPPETS = [
    b"\n", b"\t", b"  ", b": ", b"- ", b"{", b"}", b"[", b"]", b'"', b"'", b"&a ", b"*a", b"!!x ",
    b"---\n", b"...\n", b"? ", b"| ", b"> ", b"#", b"%", b"\x00", b"\xff", b"\xef\xbb\xbf", b"<<: ",
    b"null", b".nan", b".inf", b"1e999", b"9" * 30, b"-1", b"0", b"true", b",", b",,,", b";", b"\r",
    "社区".encode(), "\u2028".encode(), b"rule: x", b"value: 1", b"{value: 1, source: data}",
    b"extends: tiny.yaml\n", b"fit: a", b"99:99", b"2026-02-30", b"Mon-Sun", b"24-0",
    b"yes", b"Court 1", b"gym", b"rule: elsewhere", b"19:10", b"0.6",
]  # fmt: skip

edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 12),
        st.sampled_from(SNIPPETS) | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=4,
)
calm = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)


def paths(node: Any, path: str = "") -> Iterator[str]:
    """Dotted keys of a scenario, those of mappings too."""
    if path:
        yield path
    for key, value in node.items() if isinstance(node, dict) else ():
        yield from paths(value, f"{path}.{key}" if path else str(key))


KEYS = sorted(paths(load(TINY / NEIGHBOURHOOD).resolved))
ODD = [
    "", "0", "1", "-1", "0.4", "3000", "1e9", "1e999", ".nan", "x", "'1'", "true", "[]", "[1]",
    "[x]", "[[x]]", "{}", "{a: 1}", "{1: 1}", "{a: {b: 1}}", "{rule: x}", "{rule: constant}",
    "{value: 1}", "{rule: elsewhere}", "{rule: constant, value: 1000}", "2026-03-02", "19:10",
    "24:00", "11-13", "13-11", "gym", "talk", "Grand Hall", "elder", "Mon", "compound",
]  # fmt: skip


def outcome(damage: dict[str, bytes], sets: tuple[str, ...] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(TINY, folder, dirs_exist_ok=True)
        for name, data in damage.items():
            (Path(folder) / name).write_bytes(data)
        found: Inputs | ScenarioProblems
        try:
            found = load(Path(folder) / NEIGHBOURHOOD, sets=sets)
        except ScenarioProblems as error:
            found = error
    if isinstance(found, ScenarioProblems):
        assert found.problems
        assert all(p.line >= 1 and p.column >= 1 and p.message for p in found.problems)
        assert found.render().endswith("Nothing was run.")


@calm
@given(st.sampled_from([*FILES, *["tiny.yaml", NEIGHBOURHOOD] * 5]), edits)
def test_damaged_files(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    data = (TINY / name).read_bytes()
    for where, cut, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + cut :]
    outcome({name: data})


@calm
@given(
    st.sampled_from(FILES),
    st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(str.encode),
)
def test_garbage(name: str, data: bytes) -> None:
    outcome({name: data})


@calm
@given(st.text(max_size=60) | st.builds("{}={}".format, st.text(max_size=20), st.text(max_size=20)))
def test_garbage_on_the_command_line(text: str) -> None:
    outcome({}, (text,))


@settings(calm, max_examples=80)
@given(
    st.lists(
        st.builds("{}={}".format, st.sampled_from(KEYS), st.sampled_from(ODD)),
        min_size=1,
        max_size=3,
    )
)
def test_odd_values_at_every_key(texts: list[str]) -> None:
    outcome({}, tuple(texts))
