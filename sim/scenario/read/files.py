"""Files: which a scenario may name, reading their text, and which was meant where there is none.

Whatever is wrong with a file has a place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

from sim.scenario.problems import (
    InputProblem,
    Position,
    ScenarioProblems,
    Sources,
    display,
    nearest,
    problem_at,
    shorten,
)


def shipped_folder() -> Path:
    """Folder of the shipped scenarios: the checkout's `scenarios`, or the copy in the wheel."""
    package = Path(__file__).resolve().parents[2]
    checkout = package.parent / "scenarios"
    return checkout if (checkout / "cangqian.yaml").is_file() else package / "_scenarios"


class RefusedError(Exception):
    """Why a path may not be used, in words."""


def root_of(folder: Path) -> Path:
    """How far up paths may climb: the nearest ancestor called `scenarios`, else the folder."""
    shipped = shipped_folder()
    for candidate in (folder, *folder.parents):
        if candidate.name == "scenarios" or candidate == shipped:
            return candidate
    return folder


def confined(text: str, folder: Path) -> Path:
    """Find the file that a relative path written in a file of `folder` means.

    Raises
    ------
    RefusedError
        If it is absolute, or leaves the tree by `..` or by a symbolic link.
    """
    if not text.strip() or "\x00" in text:
        raise RefusedError("not a path")
    windows = PureWindowsPath(text)
    if text.startswith(("/", "~")) or windows.drive or windows.root:
        raise RefusedError("absolute paths are not allowed; write it relative to this file")
    if "\\" in text:
        raise RefusedError("write / between folders, not \\")
    base = Path(os.path.abspath(folder))
    target = Path(os.path.normpath(base / text))
    root = root_of(base)
    if not target.is_relative_to(root):
        raise RefusedError(f"leaves the folder {root.name}/: paths may not climb above it")
    try:
        real = target.resolve()
        inside = real.is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        raise RefusedError("not a path that can be followed") from None
    if not inside:
        raise RefusedError(f"a symbolic link leads out of the folder {root.name}/")
    return target


_YAML, _CSV = (".yaml", ".yml"), (".csv",)
_NO_SCENARIO = "levels.yaml"


def similar_file(path: Path, named_at: Position | None) -> str | None:
    """Name of the file that was probably meant, as one would write it in the place of the path.

    `named_at` is where the path of no file was written; None if on the command line.
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
    """Remove the ending, which is alike in all: what remains must be alike too."""
    return name.rpartition(".")[0] if name.endswith((*_YAML, *_CSV)) else name


def _candidates(path: Path, named_at: Position | None) -> Iterator[tuple[str, str]]:
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


def _written(file: Path, named_at: Position | None) -> str:
    if named_at is None:
        return display(file)
    return Path(os.path.relpath(file, named_at.folder)).as_posix()


_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_text(path: Path, limit: int, sources: Sources, named_at: Position | None = None) -> str:
    """Text of a UTF-8 file of at most `limit` bytes, with or without byte order mark.

    Raises
    ------
    ScenarioProblems
        With one problem, if there is no such file, which is said where it was named, or no UTF-8
        text in it.
    """
    file = display(path)
    sources.add(file)
    try:
        data = _read_bytes(path, limit)
    except (OSError, ValueError) as error:
        place = named_at or Position(file, 1, 1)
        message, hint = _why_unreadable(path, error), similar_file(path, named_at)
        problem = InputProblem(place.file, place.line, place.column, "", message, hint=hint)
        raise ScenarioProblems([problem], sources) from None
    text = _decode(data, file, sources)
    sources.add(file, text)
    return text


def _read_bytes(path: Path, limit: int) -> bytes:
    if path.is_dir():
        raise IsADirectoryError
    if path.exists() and not path.is_file():
        raise ValueError("not a regular file")
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit / 1e6:g} MB, which is beyond reason")
    return data


def _why_unreadable(path: Path, error: Exception) -> str:
    name = shorten(display(path), 200)
    if isinstance(error, FileNotFoundError):
        return f"no such file: {name}"
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder; name a file in it"
    if isinstance(error, PermissionError):
        return f"{name} may not be read (permission denied)"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{name} cannot be read: {reason}"


def _decode(data: bytes, file: str, sources: Sources) -> str:
    def stop(offset: int, message: str) -> ScenarioProblems:
        before = data[:offset]
        line = before.count(b"\n") + 1
        last = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        return ScenarioProblems(
            [problem_at(Position(file, line, len(last) + 1), "", message)], sources
        )

    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise stop(0, f"this file is {name}; save it as UTF-8")
    if data.startswith(_SPREADSHEETS):
        raise stop(0, "this is a workbook or archive, not text; save it as CSV UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in data:
        raise stop(data.index(b"\x00"), "a NUL byte: this is not a text file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        guess = " (it looks like GBK)" if _is_gbk(data) else ""
        raise stop(error.start, f"not UTF-8 text{guess}; save the file as UTF-8") from None


def _is_gbk(data: bytes) -> bool:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= c <= "\u9fff" for c in text)
