"""Running the command line as its users do: another process, its output and its exit status."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol
from unittest import mock

from builders import tiny

from sim.cli.app import app
from sim.cli.exits import guarded

__all__ = [
    "LINLI",
    "Done",
    "Linli",
    "check_same_but_for_jobs",
    "environment",
    "files_of",
    "heed_permissions",
    "inside",
    "linli",
    "scenario",
    "start",
    "stored",
]

LINLI = [sys.executable, "-c", "from sim.cli import main; main()"]
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from sim.cli import main; main()"
)
"""The same, not deaf to Ctrl-C where the tests run in the background of a shell."""


def environment(folder: Path) -> dict[str, str]:
    """A store of its own, empty at first; fonts from where they are known already."""
    import matplotlib  # not where a worker of a run loads this file

    return {
        **os.environ,
        "COLUMNS": "200",
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "MPLCONFIGDIR": matplotlib.get_configdir(),
    }


def heed_permissions() -> None:
    """Before another program starts: let root respect the rights of files, as anybody must."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        drop, override = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
        ctypes.CDLL(None).prctl(drop, override, 0, 0, 0)


def linli(folder: Path, *words: str, heeding: bool = False) -> subprocess.CompletedProcess[str]:
    """Run `linli WORDS` in a folder; `heeding` the rights of files although we may be root."""
    return subprocess.run(
        [*LINLI, *words],
        preexec_fn=heed_permissions if heeding else None,
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def inside(folder: Path, *words: str) -> Done:
    """The same in this process, where nothing depends on streams, signals or what is imported."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment(folder)),
        mock.patch.object(sys, "argv", ["linli", *words]),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        status = guarded(app)
    told = []
    for stream in streams:
        stream.seek(0)
        told.append(stream.read())
    return Done(status, *told)


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `linli WORDS` in a process group of its own and leave it running."""
    return subprocess.Popen(
        [sys.executable, "-c", LISTENING, *words],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def stored(folder: Path) -> list[Path]:
    """Replications that commands in this folder have kept in their store so far."""
    return list((folder / ".cache" / "linli").glob("??/*/[0-9]*"))


def scenario(folder: Path) -> str:
    """Write the tiny world; its file."""
    return tiny().write(folder).name


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def check_same_but_for_jobs(one: Path, two: Path, *, charts: bool) -> None:
    """Results of 1 and of 2 processes: all files are equal but for the manifest's block `run`."""
    a, b = files_of(one), files_of(two)
    manifests = [json.loads(f.pop("manifest.json")) for f in (a, b)]
    assert any(n.startswith("charts/") for n in a) == charts
    assert {n for n in a if a[n] != b.get(n)} == set()
    assert set(a) == set(b)
    assert [m.pop("run")["jobs"] for m in manifests] == [1, 2]
    assert manifests[0] == manifests[1]


class Linli(Protocol):
    def __call__(self, *words: str) -> Done: ...
