"""Files that are whole or absent: atomic writes, and a result folder swapped in at the end."""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

LISTING = ".linli-files.json"
LAST = "manifest.json"
STALE_SECONDS = 900
_PART = ".part-"

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may grow that large here",
    errno.EACCES: "not writable (or open in another program)",
    errno.EPERM: "not writable (or open in another program)",
    errno.EROFS: "the disk is read-only",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
    errno.EISDIR: "a folder stands where a file is needed",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
}


class ForeignFilesError(Exception):
    """Results would replace files that no run of linli wrote."""


class EnvironmentProblem(Exception):
    """The machine, not the scenario, is at fault: exit status 3, what was finished is kept."""


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn a disk's or folder's failure into an `EnvironmentProblem` that names the path."""
    try:
        yield
    except OSError as error:
        if error.errno not in _WORDS:
            raise
        where = error.filename or path
        raise EnvironmentProblem(f"{where}: {_WORDS[error.errno]}") from error


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new content, never a part.

    Parameters
    ----------
    path
        Where; its folder is made if needed.
    content
        The whole content.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{_PART}{path.name[:40]}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _usual_rights(Path(name))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def remove_parts(folder: Path) -> None:
    """Remove what an `atomic_write` below a folder left that was killed; none may be under way."""
    for part in folder.rglob(f"{_PART}*"):
        part.unlink()


REPLACED = (
    "charts",
    "explain",
    "report",
    "requests.parquet",
    "week.csv",
    "league.csv",
    "subsidy.csv",
    "savings.csv",
    "savings.yaml",
)
"""What of an earlier run does not outlive the next."""


class ResultFolder:
    """Collect a run's files beside its folder and move them in when all are written.

    A folder that did not exist appears in one step. In one that did, other people's files stay;
    the old manifest goes first and the new one comes last, so a folder with a manifest is
    complete. If the body fails, the old results stay as they were.

    Parameters
    ----------
    out
        The result folder.
    replaces
        Files, or subfolders whose files, of an earlier run that are removed when this run no
        longer makes them; None: all of them.
    guards
        Names that must not be replaced unless an earlier run wrote them.
    """

    def __init__(
        self,
        out: Path,
        replaces: tuple[str, ...] | None = REPLACED,
        guards: tuple[str, ...] = (),
    ) -> None:
        self.out = Path(os.path.abspath(out))
        self.replaces = replaces
        self.guards = guards
        self.path = self.out
        """Where to write; set on entering."""
        self._held: int | None = None

    def check(self) -> None:
        """Check, before any work, that results could be written here.

        Raises
        ------
        EnvironmentProblem
            If the folder cannot be made or written to.
        ForeignFilesError
            If results would replace files that no run of linli wrote.
        """
        self._make()
        self._remove()
        listed = set(self.listed())
        foreign = [n for n in self.guards if n not in listed and (self.out / n).exists()]
        if foreign:
            raise ForeignFilesError(
                f"{self.out}: holds {', '.join(foreign)}, not written by linli. Give another --out."
            )

    def __enter__(self) -> Self:
        self._make()
        return self

    def _make(self) -> None:
        with translated(self.out):
            if self.out.exists() and not self.out.is_dir():
                raise EnvironmentProblem(f"{self.out}: a file stands where a folder is needed")
            try:
                self.out.parent.mkdir(parents=True, exist_ok=True)
                with _alone(self.out.parent):
                    self._sweep()
                    self.path = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self.out.parent))
                    self._held = _lock(self.path)
            except FileNotFoundError as error:  # some systems' folders that take no files
                raise EnvironmentProblem(f"{self.out}: cannot be made here") from error
            if self.out.is_dir():
                probe, name = tempfile.mkstemp(prefix=".linli-", dir=self.out)
                os.close(probe)
                os.unlink(name)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with translated(self.out):
                if error is None:
                    with _alone(self.out.parent):
                        self._swap_in()
                elif isinstance(error, OSError):
                    raise error
        finally:
            self._remove()

    def _remove(self) -> None:
        """Remove the folder beside the results, if it was not moved there, and let go of it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    @property
    def _prefix(self) -> str:
        return f".{self.out.name[:40]}-writing-"

    def _sweep(self) -> None:
        """Remove what runs left that were killed while they wrote: their locks ended with them.

        Where the system or the disk knows no locks, what nothing was added to for long.
        """
        for old in self.out.parent.glob(f"{glob.escape(self._prefix)}*"):
            with contextlib.suppress(OSError):  # held by a run that is still writing
                lock = _lock(old)
                if lock is not None or time.time() - old.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(old, ignore_errors=True)
                if lock is not None:
                    os.close(lock)

    def _swap_in(self) -> None:
        new = sorted(p.relative_to(self.path).as_posix() for p in _files(self.path))
        old = self.listed()
        kept = self.replaces
        gone = [p for p in old if p not in new and (kept is None or p.split("/")[0] in kept)]
        listing = sorted({*new, *old} - set(gone))
        atomic_write(self.path / LISTING, (json.dumps(listing, indent=0) + "\n").encode())
        if not self.out.exists():
            os.chmod(self.path, 0o777 & ~_umask())
            os.replace(self.path, self.out)
            return
        if LAST in new:
            (self.out / LAST).unlink(missing_ok=True)
        for name in gone:
            (self.out / name).unlink(missing_ok=True)
            for inner in Path(name).parents[:-1]:
                with contextlib.suppress(OSError):  # not empty: others' files stay
                    (self.out / inner).rmdir()
        for name in sorted([*new, LISTING], key=lambda p: (p == LAST, p)):
            (self.out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.path / name, self.out / name)

    def listed(self) -> list[str]:
        """Files of the earlier run; only plain paths inside the folder are believed."""
        try:
            names = json.loads((self.out / LISTING).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        if not isinstance(names, list):
            return []
        return [n for n in names if isinstance(n, str) and _is_inside(n)]


def add_to_listing(folder: Path, paths: Iterable[Path]) -> None:
    """Note files added to a result folder later, so that the next run removes them."""
    kept = ResultFolder(folder)
    inside = {p.resolve().relative_to(kept.out.resolve()).as_posix() for p in paths}
    listing = sorted(inside.union(kept.listed()))
    atomic_write(kept.out / LISTING, (json.dumps(listing, indent=0) + "\n").encode())


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for other runs that move results into this folder: one after the other.

    A lock on the folder itself leaves no file behind and ends with the process that holds it. Where
    the system has none, runs that end in the same moment may mix their files.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network disks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _lock(folder: Path) -> int | None:
    """Hold a folder until the descriptor is closed or the process ends.

    Returns
    -------
    int | None
        The descriptor; None where the system or the disk has no locks.

    Raises
    ------
    BlockingIOError
        If another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise
        return None  # some network disks
    return handle


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*") if p.is_file())


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return bool(name) and not Path(name).is_absolute() and ".." not in parts and ":" not in name


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _usual_rights(path: Path) -> None:
    """Give a temporary file (0600) the rights that any new file has."""
    with contextlib.suppress(OSError):
        os.chmod(path, 0o666 & ~_umask())
