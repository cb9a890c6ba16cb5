"""Options that several verbs have, with one help text each, and how a verb takes them all."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_type_hints

import typer

from sim.cli.exits import UsageProblem
from sim.cli.output.progress import say
from sim.messages import LANGUAGES, speak, speaking, spoken_language

if TYPE_CHECKING:
    from sim.messages import Language
    from sim.scenario.loading import Laid
    from sim.scenario.schema.scenario import Scenario

ENGINES = ("processes", "dask")
BOTH = "both"
"""Instead of a language: charts in each, all else in the scenario's."""
MOST_REPLICATIONS = 100_000

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario YAML.")]
ScenarioFiles = Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario YAMLs.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value: dotted.key=value; repeatable."
    ),
]
Seed = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Seed of all random numbers.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")]
PlainTongue = Annotated[
    str | None,
    typer.Option("--language", metavar="en|zh", help="Language of what is printed [en]."),
]
Charts = Annotated[bool, typer.Option(help="Draw the charts.")]


@dataclass(frozen=True, slots=True)
class Options:
    """Options of every verb that writes a result folder, in the order of `--help`.

    Raises
    ------
    UsageProblem
        If options contradict each other.
    """

    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder [default: results/<scenario name>].")
    ] = None
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace the results of another question in the folder."),
    ] = False
    sets: Sets = None
    replications: Annotated[
        str | None, typer.Option("--replications", metavar="N", help="Number of replications.")
    ] = None
    seed: Seed = None
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help="Processes [default: as many as pay off]."),
    ] = None
    engine: Annotated[
        str,
        typer.Option(
            "--engine", help="Who computes: processes (this machine) or dask (a cluster)."
        ),
    ] = "processes"
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Address of a running Dask cluster, such as tcp://10.0.0.5:8786; with "
            "--engine dask.",
        ),
    ] = None
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="DIR",
            help="Where finished replications are kept and found [default: the user's cache "
            "folder].",
        ),
    ] = None
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Compute everything; keep no finished replications.")
    ] = False
    as_json: Json = False
    quiet: Quiet = False
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="en|zh|both",
            help="Language of charts and of what is printed [the scenario's `language`]; with both "
            "charts in each.",
        ),
    ] = None

    def __post_init__(self) -> None:
        refuse_unknown("--engine", self.engine, ENGINES)
        if self.language is not None:
            refuse_unknown("--language", self.language, (*LANGUAGES, BOTH))
        if self.engine == "dask" and self.scheduler is None:
            raise UsageProblem("--engine dask: needs --scheduler ADDRESS of a running cluster.")
        if self.engine != "dask" and self.scheduler is not None:
            raise UsageProblem("--scheduler: only with --engine dask.")
        if self.store is not None and self.no_store:
            raise UsageProblem("--store and --no-store: one or the other.")
        if self.out is not None and str(self.out) in ("", "."):
            raise UsageProblem("--out: name a folder of its own for the results")

    def settle_language(self, scenario: Scenario) -> None:
        """Speak the language that was asked for, or else the scenario's, until the verb ends."""
        speak(self.one_language(scenario.language))

    def one_language(self, other: Language) -> Language:
        """The language asked for if it is one; else another."""
        return other if self.language in (None, BOTH) else cast("Language", self.language)

    def draw(self, folder: Path, results: Callable[[], Any], **how: Any) -> None:
        """Draw the charts of results below a result folder; `how` as `draw_all` takes it."""
        from sim.report.drawing import draw_all  # brings matplotlib

        say("drawing charts", quiet=self.silent)
        self.draw_into(folder / "charts", lambda into: draw_all(results(), into, **how))

    def draw_into(self, folder: Path, drawn: Callable[[Path], object]) -> None:
        """Draw into a folder in the language spoken and, where both are asked for, below it.

        Parameters
        ----------
        drawn
            Draws into a folder, in the language spoken.
        """
        drawn(folder)
        for language in LANGUAGES if self.language == BOTH else ():
            if language != spoken_language():
                with speaking(language):
                    drawn(folder / language)

    @property
    def changes(self) -> list[str]:
        """Changes made by `--set`."""
        return self.sets or []

    @property
    def laid(self) -> Laid:
        """What the options lay over a scenario that is read."""
        return {"sets": self.changes, "replications": self.replications, "seed": self.seed}

    @property
    def silent(self) -> bool:
        """Whether neither progress nor notes are shown."""
        return self.quiet or self.as_json

    @property
    def words(self) -> list[str]:
        """The options that decide what is computed, as they were typed."""
        words = [word for text in self.changes for word in ("--set", text)]
        for name, value in (("--replications", self.replications), ("--seed", self.seed)):
            words += [name, value] if value is not None else []
        return words

    def replications_or(self, default: int) -> int:
        """Give the number of replications asked for where it has to be a number from 2 on.

        Raises
        ------
        UsageProblem
            If it is not.
        """
        text = self.replications
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not 2 <= int(text) <= MOST_REPLICATIONS:
            raise UsageProblem(f"--replications {text}: must be a whole number of at least 2")
        return int(text)


def settle_language(asked: str | None, written: Language = "en") -> None:
    """Speak the language asked for by a verb's `--language`, or else another."""
    if asked is not None:
        refuse_unknown("--language", asked, LANGUAGES)
    speak(cast("Language", asked or written))


def refuse_unknown(option: str, given: str, allowed: Collection[str], other: str = "") -> None:
    """Refuse a name that an option does not know.

    Parameters
    ----------
    other
        What may stand there instead of a name, in words.

    Raises
    ------
    UsageProblem
        If it is none of those allowed; the message has them, and the one that was probably meant.
    """
    if given in allowed:
        return
    from sim.scenario.problems import nearest

    close = nearest(given, allowed)
    hint = f" Did you mean `{close}`?" if close else ""
    raise UsageProblem(f"{option} {given}: allowed: {', '.join(allowed)}{other}.{hint}")


def with_options(
    first: str = "", **helps: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Spread a verb's parameter `options` over the command line, in its place.

    Parameters
    ----------
    first
        The common options up to this one stand before all that the verb has of its own.
    helps
        What common options mean in this verb, where that is something of its own.
    """
    common = get_type_hints(Options, include_extras=True)
    for name, text in helps.items():
        kind, option = get_args(common[name])
        common[name] = Annotated[kind, copy.copy(option)]
        common[name].__metadata__[0].help = text
    defaults = {f.name: f.default for f in fields(Options)}
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter(n, keyword, default=d, annotation=common[n]) for n, d in defaults.items()
    ]
    early = [*defaults].index(first) + 1 if first else 0

    def decorate(verb: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(verb, include_extras=True)
        own = inspect.signature(verb).parameters
        spread: list[inspect.Parameter] = []
        for name, parameter in own.items():
            if name == "options":
                spread += shared[early:]
            else:
                spread.append(parameter.replace(kind=keyword, annotation=hints[name]))
        spread[1:1] = shared[:early]

        @functools.wraps(verb)
        def spelled(**typed: Any) -> Any:
            options = Options(**{name: typed.pop(name) for name in defaults})
            speak(options.one_language("en"))
            return verb(options=options, **typed)

        returned = hints.get("return")
        signature = inspect.Signature(spread, return_annotation=returned)
        spelled.__signature__ = signature  # type: ignore[attr-defined]
        spelled.__annotations__ = {p.name: p.annotation for p in spread} | {"return": returned}
        return spelled

    return decorate
