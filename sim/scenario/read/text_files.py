"""Reading a text file so that whatever is wrong with it has a place."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.problems import Place, Problem, ScenarioProblems, Sources, at, cut, display
from sim.scenario.read.hints import meant

_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_text(path: Path, limit: int, sources: Sources, named_at: Place | None = None) -> str:
    """Text of a UTF-8 file, with or without byte order mark.

    Parameters
    ----------
    path
        The file.
    limit
        Largest size accepted, in bytes.
    sources
        Learns about the file.
    named_at
        Where the path was written; a file that is not there is reported at that place.

    Raises
    ------
    ScenarioProblems
        With one problem, if there is no such file or it is no UTF-8 text.
    """
    file = display(path)
    sources.add(file)
    try:
        data = _read_bytes(path, limit)
    except (OSError, ValueError) as error:
        place = named_at or Place(file, 1, 1)
        message, hint = _why_unreadable(path, error), meant(path, named_at)
        problem = Problem(place.file, place.line, place.column, "", message, hint=hint)
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
    name = cut(display(path), 200)
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
        return ScenarioProblems([at(Place(file, line, len(last) + 1), "", message)], sources)

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
