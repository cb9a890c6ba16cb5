"""Finished replications on disk, named by content, so that nothing is computed twice.

One folder a study, one small file a replication: `<root>/<2 digits>/<study key>/<replication>`.
A file is written beside its place and moved there, so that readers see all or nothing of it, also
those of other runs; what it holds is compressed and carries a checksum over its name and content,
so that a torn, foreign or misplaced file counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from sim.arrays import F64
from sim.experiment.study import EngineProblem, reason_of


class Spool(Sequence[F64]):
    """Append arrays, read them back one at a time; the file vanishes with the object."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="linli-")  # noqa: SIM115 - closed with the spool
        weakref.finalize(self, self._file.close)  # also of a run that was stopped
        self._shape: tuple[int, ...] | None = None
        self._number = 0

    def append(self, array: F64) -> None:
        """Add an array; all have the shape of the first.

        Raises
        ------
        ValueError
            If the shape differs.
        EngineProblem
            If the disk is full.
        """
        if self._shape is None:
            self._shape = array.shape
        if array.shape != self._shape:
            raise ValueError(f"shape {array.shape} differs from {self._shape}")
        try:
            self._file.seek(0, 2)
            self._file.write(np.ascontiguousarray(array, dtype=np.float64).tobytes())
            self._file.flush()
        except OSError as error:
            where = tempfile.gettempdir()
            raise EngineProblem(f"{where} (temporary files): {reason_of(error)}") from error
        self._number += 1

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, index: int) -> F64: ...

    @overload
    def __getitem__(self, index: slice) -> list[F64]: ...

    def __getitem__(self, index: int | slice) -> F64 | list[F64]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._number))]
        if not -self._number <= index < self._number or self._shape is None:
            raise IndexError(index)
        size = int(np.prod(self._shape)) * 8
        self._file.seek((index % self._number) * size)
        return np.frombuffer(self._file.read(size), dtype=np.float64).reshape(self._shape)


MAGIC = b"linli-1\n"
NAMES = "names"
LIMIT_BYTES = 2_000_000_000
"""What the store may hold; studies not used for longest go first."""
STEP_BYTES = 200_000_000
"""Written by one run before the limit is looked at again."""


def default_folder() -> Path:
    """`$XDG_CACHE_HOME/linli`, or `linli` in the user's cache folder."""
    given = os.environ.get("XDG_CACHE_HOME")
    if given and Path(given).is_absolute():
        return Path(given) / "linli"
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "linli"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "linli"
    return home / ".cache" / "linli"


class Store:
    """A folder of finished replications; it fails softly, by forgetting.

    Parameters
    ----------
    folder
        Where; made when something is first written.
    tell
        Called with a line of notice, once, if nothing can be written.
    limit
        Bytes that it may hold; see `LIMIT_BYTES`.
    """

    def __init__(
        self,
        folder: Path,
        notify: Callable[[str], None] | None = None,
        limit: int = LIMIT_BYTES,
    ) -> None:
        self.folder = folder
        self._notify = notify or (lambda line: None)
        self._limit = limit
        self._writes = True
        self._since = STEP_BYTES

    def check(self) -> None:
        """Check that the folder can be written to.

        Raises
        ------
        EngineProblem
            If it cannot.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".probe-", dir=self.folder)
            os.close(handle)
            os.unlink(name)
        except OSError as error:
            raise EngineProblem(f"--store {self.folder}: {reason_of(error)}") from error

    def shelf(self, study: str) -> StudyFolder:
        """The replications of a study, by its key."""
        return StudyFolder(self, study, self.folder / study[:2] / study)

    def write(self, path: Path, name: bytes, content: bytes) -> None:
        """Keep some content; if that fails, say so once and write no more."""
        if not self._writes:
            return
        packed = zlib.compress(content, 1)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(MAGIC + _checksum(name, packed) + packed)
                os.replace(temporary, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
        except FileNotFoundError:
            return  # another run made room and took the folder away: it is made again next time
        except OSError as error:
            self._writes = False
            self._notify(
                f"note: finished replications are not kept: {self.folder}: {reason_of(error)}"
            )
            return
        self._since += len(packed)
        if self._since > STEP_BYTES:
            self._since = 0
            make_room(self.folder, self._limit)


class StudyFolder:
    """Stored replications of one study."""

    def __init__(self, store: Store, study: str, folder: Path) -> None:
        self._store = store
        self._study = study
        self._folder = folder

    def known(self) -> set[int]:
        """Replications that seem to be there; the study counts as used now."""
        try:
            found = {int(name) for name in os.listdir(self._folder) if name.isdigit()}
            os.utime(self._folder)
        except OSError:
            return set()
        return found

    def get(self, replication: int) -> bytes | None:
        """The stored result of a replication; None if there is nothing whole."""
        return self._read(str(replication))

    def put(self, replication: int, content: bytes) -> None:
        """Keep a replication."""
        self._write(str(replication), content)

    def names(self) -> bytes | None:
        """The stored names of values."""
        return self._read(NAMES)

    def put_names(self, content: bytes) -> None:
        """Keep the names of values."""
        self._write(NAMES, content)

    def _name(self, name: str) -> bytes:
        return f"{self._study}/{name}".encode()

    def _read(self, name: str) -> bytes | None:
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        start = len(MAGIC) + hashlib.sha256().digest_size
        packed = data[start:]
        if data[:start] != MAGIC + _checksum(self._name(name), packed):
            return None
        return zlib.decompress(packed)

    def _write(self, name: str, content: bytes) -> None:
        self._store.write(self._folder / name, self._name(name), content)


def _checksum(name: bytes, packed: bytes) -> bytes:
    return hashlib.sha256(name + b"\0" + packed).digest()


def make_room(folder: Path, limit: int) -> None:
    """Remove the studies not used for longest until the rest fits; never fails."""
    with contextlib.suppress(OSError):
        studies = [(p.stat().st_mtime, p) for p in folder.glob("??/*") if p.is_dir()]
        sizes = {path: _size(path) for _, path in studies}
        held = sum(sizes.values())
        for _, path in sorted(studies):
            if held <= limit:
                return
            shutil.rmtree(path, ignore_errors=True)
            held -= sizes[path]


def _size(folder: Path) -> int:
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_size for entry in entries)
    except OSError:
        return 0
