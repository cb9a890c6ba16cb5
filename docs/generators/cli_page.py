"""`reference/cli.md`: verbs and options of the command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from generators.markdown import NOTICE, code, table
from sim.cli.app import app

__all__ = ["cli_page", "declared", "parameters"]


def cli_page() -> str:
    """Verbs and their options, as `--help` gives them."""
    parts = [
        NOTICE,
        "# Command line\n",
        "The command is `linli VERB ...`; every verb prints its help with `--help`, and "
        "`linli --version` prints the version.\n"
        "Messages and progress go to standard error.\n"
        "The exit status is 0 if all is done, 1 for a bug of linli, 2 if the input is wrong, 3 if "
        "the environment failed (disk full, folder not writable), 130 if interrupted (Ctrl-C or "
        "SIGTERM).\n",
    ]
    for command in app.registered_commands:
        if command.callback is not None:
            parts += _verb(command.name or command.callback.__name__, command.callback)
    return "\n".join(parts).rstrip() + "\n"


def parameters(callback: Callable[..., Any]) -> list[tuple[str, Any, Any, Any]]:
    """Name, type, default and typer's own words of every parameter of a verb."""
    hints = get_type_hints(callback, include_extras=True)
    found = []
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, words = get_args(hints[name])[:2]
        found.append((name, kind, parameter.default, words))
    return found


def _verb(name: str, callback: Callable[..., Any]) -> list[str]:
    known = parameters(callback)
    arguments = [p for p in known if isinstance(p[3], typer.models.ArgumentInfo)]
    options = [p for p in known if isinstance(p[3], typer.models.OptionInfo)]
    usage = " ".join(["linli", name, *(_argument(p[0], p[3]) for p in arguments), "[OPTIONS]"])
    rows = [(code(_argument(p[0], p[3])), p[3].help or "", _needed(p[2])) for p in arguments]
    rows += [(code(_option(p[0], p[1], p[3])), p[3].help or "", _needed(p[2])) for p in options]
    about = " ".join((inspect.getdoc(callback) or "").split())
    return [
        f"## {name}\n",
        about + "\n",
        f"```\n{usage}\n```\n",
        table(("", "meaning", "default"), rows),
    ]


def _argument(name: str, words: Any) -> str:
    return str(words.metavar or name.upper())


def _option(name: str, kind: Any, words: Any) -> str:
    """Names of an option and what stands for its value."""
    names = "/".join(declared(words)) or f"--{name}/--no-{name}"
    types = {bare for bare in (kind, *get_args(kind)) if isinstance(bare, type)}
    if bool in types:
        return names
    word = "N" if int in types else "PATH" if Path in types else "TEXT"
    return f"{names} {words.metavar or word}"


def declared(words: Any) -> list[str]:
    """Names given to an option; typer keeps the first one as `default`."""
    given = (words.default, *(words.param_decls or ()))
    return [name for name in given if isinstance(name, str) and name.startswith("-")]


def _needed(default: Any) -> str:
    if default is inspect.Parameter.empty:
        return "**needed**"
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default is None else code(str(default))
