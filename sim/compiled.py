"""Functions that numba compiles; with `LINLI_JIT=0` the same functions run as Python.

Both give the same bytes. A compiled loop is kept beside its file, or in the user's cache folder
where that cannot be written to, so it is compiled once.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., object])

JIT = os.environ.get("LINLI_JIT", "1") != "0"
OPTIONS: dict[str, Any] = {
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

    made: F = _kept(functools.partial(numba.njit, **OPTIONS), function)
    return made


def _kept(compiler: Callable[..., Any], function: Callable[..., object]) -> Any:
    """Compile a function and keep it for the next process, where there is a folder for that."""
    try:
        return compiler(cache=True)(function)
    except RuntimeError:
        return compiler(cache=False)(function)


def elementwise(*types: str, uses: tuple[Callable[..., object], ...] = ()) -> Callable[[F], F]:
    """Compile a function of numbers for arrays of any shapes that broadcast together.

    Without numba the function gets the arrays themselves, so it must do with operators that both
    numbers and arrays have.

    Parameters
    ----------
    types
        Of the result and of each argument, as numba calls them.
    uses
        Functions of numbers that it calls.
    """

    def decorate(function: F) -> F:
        made: Callable[..., object] | None = None

        @functools.wraps(function)
        def call(*arguments: object) -> object:
            nonlocal made
            if made is None:  # on first use: importing numba takes half a second
                made = _ufunc(function, f"{types[0]}({', '.join(types[1:])})", uses)
            return made(*arguments)

        return call if JIT else function  # type: ignore[return-value]

    return decorate


def _ufunc(
    function: F, signature: str, uses: tuple[Callable[..., object], ...]
) -> Callable[..., object]:
    import numba
    from numba.extending import register_jitable

    for each in uses:
        register_jitable(each)
    made: Callable[..., object] = _kept(functools.partial(numba.vectorize, [signature]), function)
    return made
