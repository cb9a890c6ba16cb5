from __future__ import annotations

from pathlib import Path

import pytest

from sim.made_up import make, write
from sim.made_up.towns import TABLES

from .helpers import FOLDERS, SCENARIOS, SEED, parsed, world


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(make("cangqian", 7), tmp_path / folder)
    write(make("cangqian", 8), tmp_path / "c")
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    assert _bytes(tmp_path / "a")["venues.csv"] != _bytes(tmp_path / "c")["venues.csv"]


def test_files_open_in_excel_and_leave_nothing_behind(tmp_path: Path) -> None:
    written = write(world("cangqian"), tmp_path / "new" / "folder")
    assert [p.name for p in written] == [f"{table}.csv" for table in TABLES]
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(
        p.name for p in written
    )
    for path in written:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = parsed(path.read_bytes())
        assert len(rows) == len(world("cangqian")[path.stem])


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(world("cangqian"), tmp_path)
    before = _bytes(tmp_path)

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(world("cangqian", 2), tmp_path)
    assert _bytes(tmp_path) == before


@pytest.mark.parametrize("name", FOLDERS)
def test_committed_tables_are_what_the_generator_makes(name: str, tmp_path: Path) -> None:
    """If this fails: `linli world NAME --out scenarios/NAME --seed 1`, or undo the change."""
    write(make(name, SEED), tmp_path)
    assert _bytes(tmp_path) == _bytes(SCENARIOS / name)


def test_shipped_tables_are_small() -> None:
    total = sum(p.stat().st_size for p in (SCENARIOS / "district").glob("*.csv"))
    assert total < 1_500_000
