"""Which file was probably meant by a path at which there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sim.scenario.problems import Place, display, nearest
from sim.scenario.shipped import shipped_folder

_YAML, _CSV = (".yaml", ".yml"), (".csv",)
_NO_SCENARIO = "levels.yaml"


def meant(path: Path, named_at: Place | None) -> str | None:
    """Name of the file that was probably meant, as one would write it in the place of the path.

    Parameters
    ----------
    path
        Where there is no file.
    named_at
        Where the path was written; None if on the command line.
    """
    try:
        if path.is_dir():
            beside = path.with_name(f"{path.name}.yaml") if path.name else path
            return _written(beside, named_at) if beside.is_file() else None
        if path.exists():
            return None
        found: dict[str, str] = {}
        for name, written in _candidates(path, named_at):
            found.setdefault(name, written)
    except (OSError, ValueError):
        return None
    best = nearest(_stem(path.name), found)
    return None if best is None else found[best]


def _stem(name: str) -> str:
    """Without its ending, which is alike in all: what remains must be alike too."""
    return name.rpartition(".")[0] if name.endswith((*_YAML, *_CSV)) else name


def _candidates(path: Path, named_at: Place | None) -> Iterator[tuple[str, str]]:
    """Names without endings, and how one would write the files."""
    endings = _CSV if path.name.endswith(_CSV) else _YAML
    folders = [path.parent]
    if endings == _YAML and named_at is None:
        shipped = shipped_folder()
        folders += [path.parent / "scenarios", shipped, shipped / "alternatives"]
    for folder in folders:
        for file in _files(folder, endings):
            here = named_at is not None and display(file) == named_at.file
            if file != path and not here:
                yield _stem(file.name), _written(file, named_at)
    if endings == _YAML and named_at is not None:
        for file in _files(shipped_folder(), endings):
            yield _stem(file.name), _stem(file.name)


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [folder / n for n in names if n.endswith(endings) and n != _NO_SCENARIO]


def _written(file: Path, named_at: Place | None) -> str:
    if named_at is None:
        return display(file)
    return Path(os.path.relpath(file, named_at.folder)).as_posix()
