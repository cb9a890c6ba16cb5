"""Whatever stands in the files: problems with places, never anything else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems

TINY = Path(__file__).parent.parent / "scenario" / "tiny"
FILES = sorted(path.name for path in TINY.iterdir())
SNIPPETS = [
    b"\n", b"\t", b"  ", b": ", b"- ", b"{", b"}", b"[", b"]", b'"', b"'", b"&a ", b"*a", b"!!x ",
    b"---\n", b"...\n", b"? ", b"| ", b"> ", b"#", b"%", b"\x00", b"\xff", b"\xef\xbb\xbf", b"<<: ",
    b"null", b".nan", b".inf", b"1e999", b"9" * 30, b"-1", b"0", b"true", b",", b",,,", b";", b"\r",
    "社区".encode(), "\u2028".encode(), b"rule: x", b"value: 1", b"{value: 1, source: data}",
    b"extends: tiny.yaml\n", b"fit: a", b"99:99", b"2026-02-30", b"Mon-Sun", b"24-0",
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


def outcome(damage: dict[str, bytes], sets: tuple[str, ...] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(TINY, folder, dirs_exist_ok=True)
        for name, data in damage.items():
            (Path(folder) / name).write_bytes(data)
        found: Inputs | ScenarioProblems
        try:
            found = load(Path(folder) / "tiny.yaml", sets=sets)
        except ScenarioProblems as error:
            found = error
    if isinstance(found, ScenarioProblems):
        assert found.problems
        assert all(p.line >= 1 and p.column >= 1 and p.message for p in found.problems)
        assert found.render().endswith("Nothing was run.")


@calm
@given(st.sampled_from([*FILES, *["tiny.yaml"] * 6]), edits)
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
