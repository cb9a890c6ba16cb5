"""Write the generated pages of the documentation and the JSON Schema: `make docs`.

Whole pages: `reference/scenario.md` (from the schema), `reference/cli.md` (from the command line).
Between markers: the tables of `inputs.md` (from the default scenario). Beside them
`scenarios/schema.json` and, when asked with `--chart`, the picture of the README.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer
from pydantic_core import PydanticUndefined

from sim.cli.app import app
from sim.cli.authoring import schema_text
from sim.scenario import shape
from sim.scenario.inputs import Inputs, Provenance
from sim.scenario.loading import load
from sim.scenario.schema import distributions, tables
from sim.scenario.schema.base import HoursOfDay, Part
from sim.scenario.schema.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / "scenarios" / "cangqian.yaml"
BEGIN, END = "<!-- begin generated: {} -->", "<!-- end generated: {} -->"
NOTICE = "<!-- Written by docs/generate.py (`make docs`); do not edit by hand. -->"
PLACEHOLDERS = {
    "zones": "<zone>",
    "segments": "<segment>",
    "kinds": "<kind>",
    "wishes_per_1000": "<segment>",
    "curves": "<curve>",
    "presence": "<presence>",
    "season": "<month>",
    "tiers": "<tier>",
}
TABLES = (
    ("communities", tables.CommunityRow),
    ("origins", tables.OriginRow),
    ("people", tables.PeopleRow),
    ("centres", tables.CentreRow),
    ("venues", tables.VenueRow),
    ("hours", tables.HoursRow),
    ("off_platform", tables.OffPlatformRow),
)
RULES = tuple(shape.rule_words(m)[0] for m in shape.models(distributions.Distribution))

Cells = tuple[str, ...]


def generated() -> dict[Path, str]:
    """Every generated file and what it should say."""
    inputs = load(DEFAULT, need_level=False)
    page = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    return {
        ROOT / "scenarios" / "schema.json": schema_text(),
        ROOT / "docs" / "reference" / "scenario.md": scenario_page(),
        ROOT / "docs" / "reference" / "cli.md": cli_page(),
        ROOT / "docs" / "inputs.md": filled(page, inputs),
    }


# Tables in Markdown


def table(head: Cells, rows: list[Cells]) -> str:
    """Markdown table; pipes in cells are escaped."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


# The schema


def scenario_page() -> str:
    """Every key a scenario may have, block by block, and the columns of the world's tables."""
    parts = [
        NOTICE,
        "# Keys of a scenario\n",
        "A scenario is a YAML file. `extends` names the scenario it changes; every other key is one of\n"
        "those below. Unknown keys are errors. Wherever a number stands,\n"
        "`{value: 0.3, source: assumption, range: [0, 0.6], note: why}` may stand instead;\n"
        "`source` is one of article, standard, literature, data, assumption.\n"
        "How to write one: [write a scenario](../how-to/write-a-scenario.md).\n",
        "## At the top\n",
        _schema_table(_top_rows()),
    ]
    for key, field in shape.fields(Scenario).items():
        annotation = shape.field_annotation(field)
        rows = list(_inner_rows(annotation, key))
        if rows:
            parts += [f"## {key}\n", *_about(annotation, field.description), _schema_table(rows)]
    parts += [*_distribution_parts(), *_table_parts()]
    return "\n".join(parts).rstrip() + "\n"


def _schema_table(rows: list[Cells]) -> str:
    return table(("key", "type", "default", "allowed", "meaning"), rows)


def _top_rows() -> list[Cells]:
    allowed = "a file, or the name of a shipped scenario"
    rows: list[Cells] = [("`extends`", "text", "", allowed, "The scenario that this one changes.")]
    for key, field in shape.fields(Scenario).items():
        row = _row(key, field)
        if not _is_leaf(shape.field_annotation(field)):
            row = (f"[`{key}`](#{key})", "mapping", *row[2:])
        rows.append(row)
    return rows


def _about(annotation: Any, description: str | None) -> list[str]:
    """Docstring of a block, or of the field that holds it."""
    models = [m for m in _models_inside(annotation) if m.__doc__]
    words = [first_paragraph(models[0])] if models else []
    if description and description not in words:
        words.append(description)
    return [" ".join(words) + "\n"] if words else []


def first_paragraph(model: type[Part]) -> str:
    """First paragraph of a model's docstring, on one line."""
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _models_inside(annotation: Any) -> list[type[Part]]:
    found = shape.models(annotation)
    for member in shape.members(annotation):
        core = shape.bare(member)
        if get_origin(core) in (dict, list):
            found += _models_inside(get_args(core)[-1])
    return found


def _is_distribution(annotation: Any) -> bool:
    return len(shape.models(annotation)) == len(RULES)


def _is_leaf(annotation: Any) -> bool:
    return _is_distribution(annotation) or not any(True for _ in _inner_rows(annotation, "x"))


def _row(key: str, field: Any) -> Cells:
    annotation = shape.field_annotation(field)
    about = field.description or ""
    if not about and len(shape.models(annotation)) == len(shape.members(annotation)) == 1:
        about = first_paragraph(shape.models(annotation)[0])
    return (_code(key), _type(annotation), _default(field), _allowed(annotation), about)


def _model_rows(model: type[Part], prefix: str) -> Iterator[Cells]:
    for key, field in shape.fields(model).items():
        annotation = shape.field_annotation(field)
        full = f"{prefix}.{key}"
        about = field.description or ""
        inner = [] if _is_distribution(annotation) else list(_inner_rows(annotation, full, about))
        only_mapping = inner and len(shape.members(annotation)) == 1
        if not only_mapping:
            yield _row(full, field)
        yield from inner


def _inner_rows(annotation: Any, key: str, about: str = "") -> Iterator[Cells]:
    """Rows of the keys inside a mapping, a mapping of names, or a list of mappings.

    Numbers by name have no words of their own: theirs are `about`, those of the whole mapping.
    """
    for member in shape.members(annotation):
        core = shape.bare(member)
        if isinstance(core, type) and issubclass(core, Part):
            yield from _model_rows(core, key)
        elif get_origin(core) is dict:
            name = _placeholder(key, get_args(core)[0])
            yield from _value_rows(get_args(core)[1], f"{key}.{name}", about)
        elif get_origin(core) is list and shape.models(get_args(core)[0]):
            yield from _inner_rows(get_args(core)[0], f"{key}[]")


def _value_rows(annotation: Any, key: str, about: str) -> Iterator[Cells]:
    inner = list(_inner_rows(annotation, key, about))
    yield from inner or [(_code(key), _type(annotation), "", _allowed(annotation), about)]


def _placeholder(key: str, annotation: Any) -> str:
    if annotation == HoursOfDay:
        return "<hours>"
    return PLACEHOLDERS.get(key.split(".")[-1], "<kind>")


def _type(annotation: Any) -> str:
    if _is_distribution(annotation):
        return "[distribution](#distributions)"
    return " or ".join(dict.fromkeys(_type_of(m) for m in shape.members(annotation)))


def _type_of(member: Any) -> str:
    core = shape.bare(member)
    origin = get_origin(core)
    if origin is Literal:
        return "word"
    if origin is list:
        inner = get_args(core)[0]
        return "list of mappings" if shape.models(inner) else f"list of {_type_of(inner)}s"
    if origin is dict or (isinstance(core, type) and issubclass(core, Part)):
        return "mapping"
    names = {"bool": "true or false", "int": "whole number", "float": "number", "date": "date"}
    return names.get(getattr(core, "__name__", ""), "text")


def _default(field: Any) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "**needed**"
    if isinstance(value, Part):
        data = value.model_dump(mode="json", exclude_none=True)
        return _code(_flow(data)) if "rule" in data and data["rule"] in RULES else ""
    return "" if value is None or value in ("", [], {}) else _code(_flow(value))


def _flow(value: Any) -> str:
    """Write a value as YAML would in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _allowed(annotation: Any) -> str:
    words = shape.literals(annotation)
    if words:
        return ", ".join(_code(w) for w in words)
    for member in shape.members(annotation):
        core = shape.bare(member)
        if get_origin(core) is list:
            return _allowed(get_args(core)[0])
    if annotation == HoursOfDay or _pattern(annotation) == _pattern(HoursOfDay):
        return "whole hours, such as `18-22`"
    return _between(shape.bounds(annotation))


def _pattern(annotation: Any) -> str:
    found = [getattr(c, "pattern", None) for c in shape.constraints(annotation)]
    return next((p for p in found if p), "")


def _between(bounds: dict[str, float]) -> str:
    words = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
    return " ".join(f"{w} {_number(bounds[k])}" for k, w in words.items() if k in bounds)


def _number(value: Any) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) and value < 10**12 else f"{value:g}"


def _distribution_parts() -> Iterator[str]:
    yield "## Distributions\n"
    yield (
        "Wherever the type is *distribution* stands a mapping whose `rule` names it. Values beyond\n"
        "`min` or `max` are set to the bound, not drawn again.\n"
    )
    rows = []
    for model in shape.models(distributions.Distribution):
        keys = {k: f for k, f in shape.fields(model).items() if k != "rule"}
        needed = [k for k, f in keys.items() if f.is_required()]
        other = [k for k in keys if k not in needed]
        rows.append(
            (_code(shape.rule_words(model)[0]), ", ".join(map(_code, needed)),
             ", ".join(map(_code, other)), first_paragraph(model))
        )  # fmt: skip
    yield table(("rule", "needs", "may have", "meaning"), rows)


def _table_parts() -> Iterator[str]:
    yield "## Tables of a world\n"
    yield (
        "CSV in UTF-8 (with or without a byte order mark), one header line, columns in any order.\n"
        "Every row says where it comes from in `source`.\n"
    )
    for name, model in TABLES:
        yield f"### {name}\n"
        yield first_paragraph(model) + "\n"
        rows = [_row(key, field) for key, field in shape.fields(model).items()]
        yield table(("column", "type", "default", "allowed", "meaning"), rows)


# The command line


def cli_page() -> str:
    """Verbs and their options, as `--help` gives them."""
    parts = [
        NOTICE,
        "# Command line\n",
        "`linli VERB ...`; every verb prints its help with `--help`, and `linli --version` the version.\n"
        "Exit status: 0 done; 1 a bug of linli; 2 the input is wrong; 3 the environment failed (disk\n"
        "full, folder not writable); 130 interrupted. Messages and progress go to standard error.\n",
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
    rows = [(_code(_argument(p[0], p[3])), p[3].help or "", _needed(p[2])) for p in arguments]
    rows += [(_code(_option(*p)), p[3].help or "", _needed(p[2])) for p in options]
    about = " ".join((inspect.getdoc(callback) or "").split())
    return [
        f"## {name}\n",
        about + "\n",
        f"```\n{usage}\n```\n",
        table(("", "meaning", "default"), rows),
    ]


def _argument(name: str, words: Any) -> str:
    return str(words.metavar or name.upper())


def _option(name: str, kind: Any, default: Any, words: Any) -> str:
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
    return "" if default is None else _code(str(default))


# The inputs of the default scenario


def filled(page: str, inputs: Inputs) -> str:
    """The page with its generated stretches written anew."""
    for name, text in (("sources", sources_text(inputs)), ("defaults", defaults_text(inputs))):
        begin, end = BEGIN.format(name), END.format(name)
        found = re.compile(rf"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
        page = found.sub(lambda _, b=begin, t=text, e=end: f"{b}\n{t}{e}", page)
    return page


def sources_text(inputs: Inputs) -> str:
    """One table a block: value, source, range, note of every number that the scenario writes."""
    blocks: dict[str, list[Cells]] = {}
    for key, members in _gathered(inputs).items():
        first = members[0]
        source = " and ".join(dict.fromkeys(p.source for p in members))
        between = "" if first.low is None else f"{first.low:g} to {first.high:g}"
        note = "; ".join(dict.fromkeys(p.note for p in members if p.note))
        value = _shown(inputs.resolved, key)
        blocks.setdefault(key.split(".")[0], []).append((_code(key), value, source, between, note))
    head = ("input", "value", "source", "range", "note")
    return "\n".join(f"### {name}\n\n{table(head, rows)}" for name, rows in blocks.items())


def _gathered(inputs: Inputs) -> dict[str, list[Provenance]]:
    """Numbers by the key under which they are shown: a distribution, list or curve is one row."""
    found: dict[str, list[Provenance]] = {}
    for number in inputs.provenance:
        found.setdefault(_shown_under(inputs.resolved, number.key), []).append(number)
    return found


def _shown_under(resolved: Any, key: str) -> str:
    steps = key.split(".")
    node = resolved
    for i, step in enumerate(steps):
        if isinstance(node, list) or _is_series(node):
            return ".".join(steps[:i])
        node = node[step] if isinstance(node, dict) and step in node else None
    return key


def _is_series(node: Any) -> bool:
    """Whether a mapping is shown whole: a distribution, or numbers by hour, month or kind."""
    if not isinstance(node, dict) or not node:
        return False
    if node.get("rule") in RULES:
        return True
    by = all(re.fullmatch(r"\d+(-\d+)?", str(k)) for k in node)
    known = bool(set(node) & {"activity_room", "meeting_room", "badminton_court"})
    numbers = all(isinstance(v, (int, float)) for v in node.values())
    return numbers and (by or known)


def _shown(resolved: Any, key: str) -> str:
    node = resolved
    for step in key.split("."):
        node = node[step]
    if isinstance(node, dict) and "rule" in node:
        inner = {k: v for k, v in node.items() if k != "rule" and v is not None}
        return f"{node['rule']}: " + ", ".join(f"{k} {_flow(v)}" for k, v in inner.items())
    if isinstance(node, dict):
        return ", ".join(f"{k}: {_flow(v)}" for k, v in node.items())
    return _flow(node).strip("[]")


def defaults_text(inputs: Inputs) -> str:
    """Numbers that the scenario leaves at the schema's default, by key, names as `*`."""
    written = {_shown_under(inputs.resolved, p.key) for p in inputs.provenance}
    found: dict[tuple[str, str], int] = {}
    for key, value in _numbers(inputs.resolved):
        if _shown_under(inputs.resolved, key) in written or not key:
            continue
        general = re.sub(r"^(segments|kinds|demand\.curves)\.[^.]+", r"\1.*", key)
        found[general, value] = found.get((general, value), 0) + 1
    rows = [(_code(key), value, str(n) if n > 1 else "") for (key, value), n in found.items()]
    return "\n" + table(("input", "default", "times"), rows)


def _numbers(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _numbers(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield prefix, _flow(node)


# The picture of the README


def shrink(chart: Path) -> Path:
    """Re-save a chart of a run at half its size, in few colours."""
    from PIL import Image

    out = ROOT / "docs" / "images" / chart.name
    with Image.open(chart) as picture:
        half = picture.convert("RGB").resize((picture.width // 2, picture.height // 2))
        half.quantize(64).save(out, optimize=True)
    return out


def main(arguments: list[str]) -> int:
    """Write what has changed, and say what."""
    if arguments[:1] == ["--chart"]:
        print(f"{shrink(Path(arguments[1])).relative_to(ROOT)} written")
        return 0
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
