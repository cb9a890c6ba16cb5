"""Which files a scenario may name: those of its own folder tree, nothing else on the machine."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

from sim.scenario.shipped import shipped_folder


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
