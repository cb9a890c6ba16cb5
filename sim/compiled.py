"""Loops over arrays that numba compiles; with `LINLI_JIT=0` the same functions run as Python.

Both give the same bytes. A compiled loop is kept beside its file, or in the user's cache folder
where that cannot be written to, so it is compiled once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., object])

JIT = os.environ.get("LINLI_JIT", "1") != "0"
OPTIONS: dict[str, Any] = {
    "cache": True,
    "error_model": "numpy",
    "inline": "always",
    # no array is made in them: without counting references they are some five times faster
    "_nrt": False,
}


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called."""
    if not JIT:
        return function
    import numba

    try:
        made: F = numba.njit(**OPTIONS)(function)
    except RuntimeError:  # there is no folder to keep it in
        made = numba.njit(**{**OPTIONS, "cache": False})(function)
    return made
