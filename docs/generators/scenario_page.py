"""`reference/scenario.md`: every key of a scenario and every column of a world's tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from generators.markdown import NOTICE, Cells, code, flow, table
from generators.schema_cells import allowed_in, default_of, is_distribution, type_of
from sim.scenario import shape
from sim.scenario.identity import decides
from sim.scenario.schema import distributions
from sim.scenario.schema.base import Decides, HoursOfDay, NameOf, Names, Part
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import ROWS, TABLES

__all__ = ["scenario_page"]

WORDS = {"season": "month", "weights": "metric", "set": "dotted key", "give": "aim"}
"""What the keys of a mapping are where they are no names; of all others tiers."""


def scenario_page() -> str:
    """Every key a scenario may have, block by block, and the columns of the world's tables."""
    parts = [
        NOTICE,
        "# Keys of a scenario\n",
        "A scenario is a YAML file ([write a scenario](../how-to/write-a-scenario.md)).\n"
        "`extends` names the scenario that it changes; every other key is one of those below.\n"
        "Unknown keys are errors.\n"
        "Wherever a number stands, "
        "`{value: 0.3, source: assumption, range: [0, 0.6], note: why}` may stand instead; "
        "`source` is one of article, standard, literature, data, assumption.\n"
        "`decides` says how much depends on a key, each word including those before it: nothing, "
        "reports (what is shown and compared), results (the outcomes of wishes), wishes (where "
        "they may go), residents (who they are and what they want); `levels` is added if fitted "
        "levels depend on it.\n"
        "A file counts by its content, not by its name.\n",
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
    told = [(*cells[:4], _decides(cells[0]), *cells[4:]) for cells in rows]
    return table(("key", "type", "default", "allowed", "decides", "meaning"), told)


def _decides(cell: str) -> str:
    """What depends on the key of a cell, by the keys above it too, or on the file it names."""
    key = cell.split("`")[1]
    fact, options = Decides(), [Scenario]
    tables = [spec.decides for spec in TABLES.values() if spec.named_by == key]
    if tables:
        return _in_words(tables[0])
    for step in key.split(".") if key != "extends" else ():
        if not step.startswith("<"):
            name = step.removesuffix("[]")
            field = next(shape.fields(m)[name] for m in options if name in shape.fields(m))
            fact = decides(field).within(fact)
            options = _models_inside(shape.field_annotation(field))
    return _in_words(fact)


def _in_words(fact: Decides) -> str:
    return fact.what + (", levels" if fact.fitted else "")


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
    """Docstring of a block; that of the field which holds it stands at the top already."""
    models = [m for m in _models_inside(annotation) if m.__doc__]
    words = first_paragraph(models[0]) if models else description
    return [words + "\n"] if words else []


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


def _is_leaf(annotation: Any) -> bool:
    return is_distribution(annotation) or not any(True for _ in _inner_rows(annotation, "x"))


def _row(key: str, field: Any) -> Cells:
    annotation = shape.field_annotation(field)
    about = field.description or ""
    if not about and len(shape.models(annotation)) == len(shape.members(annotation)) == 1:
        about = first_paragraph(shape.models(annotation)[0])
    return (code(key), type_of(annotation), default_of(field), allowed_in(annotation), about)


def _model_rows(model: type[Part], prefix: str) -> Iterator[Cells]:
    for key, field in shape.fields(model).items():
        annotation = shape.field_annotation(field)
        full = f"{prefix}.{key}"
        about = field.description or ""
        inner = [] if is_distribution(annotation) else list(_inner_rows(annotation, full, about))
        only_mapping = inner and len(shape.members(annotation)) == 1
        if _has_rules(annotation):
            yield from _rule_rows(annotation, full, field)
            continue
        if not only_mapping:
            yield _row(full, field)
        yield from inner


def _has_rules(annotation: Any) -> bool:
    """Whether a mapping is of one of several sorts, told apart by its `rule`."""
    options = shape.models(annotation)
    return (
        len(options) > 1 and not is_distribution(annotation) and all(map(shape.rule_words, options))
    )


def _rule_rows(annotation: Any, key: str, field: Any) -> Iterator[Cells]:
    """The mapping, its `rule` with what each means, then the keys with the rules that take them."""
    words = {shape.rule_words(model)[0]: model for model in shape.models(annotation)}
    default = getattr(field.default, "rule", None)
    held = code(flow({"rule": default})) if default else "**needed**"
    yield (code(key), "mapping", held, "", field.description or "")
    about = " ".join(f"`{word}`: {first_paragraph(model)}" for word, model in words.items())
    yield (code(f"{key}.rule"), "word", "**needed**", ", ".join(map(code, words)), about)
    rows: dict[Cells, list[str]] = {}
    for word, model in words.items():
        for row in _model_rows(model, key):
            if row[0] != code(f"{key}.rule"):
                rows.setdefault(row, []).append(word)
    for row, of in rows.items():
        only = "" if len(of) == len(words) else f"With {' or '.join(map(code, of))}: "
        yield (*row[:4], f"{only}{row[4]}")


def _inner_rows(annotation: Any, key: str, about: str = "") -> Iterator[Cells]:
    """Rows of the keys inside a mapping, a mapping of names, or a list of mappings.

    Numbers by name have no words of their own: theirs are `about`, those of the whole mapping.
    """
    for member in shape.members(annotation):
        core = shape.bare(member)
        if isinstance(core, type) and issubclass(core, Part):
            yield from _model_rows(core, key)
        elif get_origin(core) is dict:
            name = _placeholder(key, annotation, get_args(core)[0])
            yield from _value_rows(get_args(core)[1], f"{key}.{name}", about)
        elif get_origin(core) is list and shape.models(get_args(core)[0]):
            yield from _inner_rows(get_args(core)[0], f"{key}[]")


def _value_rows(annotation: Any, key: str, about: str) -> Iterator[Cells]:
    inner = list(_inner_rows(annotation, key, about))
    yield from inner or [(code(key), type_of(annotation), "", allowed_in(annotation), about)]


def _placeholder(key: str, annotation: Any, of_key: Any) -> str:
    """What stands for the keys of a mapping: what they name, if they are names."""
    if of_key == HoursOfDay:
        return "<hours>"
    given, used = shape.fact(annotation, Names), shape.fact(of_key, NameOf)
    if used is not None and used.where[0] in TABLES:
        return f"<{TABLES[used.where[0]].word}>"
    if used is not None:
        at = shape.field_at(Scenario, used.where[0].split("."))
        given = shape.fact(shape.field_annotation(at), Names)
    word = WORDS.get(key.rpartition(".")[2], "tier") if given is None else given.word
    return f"<{word}>"


def _distribution_parts() -> Iterator[str]:
    yield "## Distributions\n"
    yield (
        "A key of type *distribution* takes a mapping whose `rule` names the distribution.\n"
        "Values beyond `min` or `max` are set to the bound, not drawn again.\n"
    )
    rows = []
    for model in shape.models(distributions.Distribution):
        keys = {k: f for k, f in shape.fields(model).items() if k != "rule"}
        needed = [k for k, f in keys.items() if f.is_required()]
        other = [k for k in keys if k not in needed]
        rows.append(
            (code(shape.rule_words(model)[0]), ", ".join(map(code, needed)),
             ", ".join(map(code, other)), first_paragraph(model))
        )  # fmt: skip
    yield table(("rule", "needs", "may have", "meaning"), rows)


def _table_parts() -> Iterator[str]:
    yield "## Tables of a world\n"
    yield (
        "Tables are CSV in UTF-8 (with or without a byte order mark), with one header line and "
        "columns in any order.\n"
        "Every row, except those of a timetable, names its `source`.\n"
        "Days are written `Mon-Fri Sun holiday`, times `8:30`, past midnight `26:00`.\n"
        "Without a row for `holiday` a schedule is closed on public holidays.\n"
    )
    yield from _tables("world", "timetable")
    yield "## Tables of a season\n"
    yield (
        "These are CSV tables as above, named in `allocation`.\n"
        "Weekdays are written `Mon-Fri Sun`; `;` separates several venues or pieces of equipment.\n"
        "Last season's timetable has the columns of `timetable.csv`.\n"
    )
    yield from _tables("allocation")
    yield "## Tables of a siting problem\n"
    yield (
        "These are CSV tables too, named by `siting.candidates`, `siting.links` and "
        "`siting.path.handovers`.\n"
        "`;` separates several kinds in a cell.\n"
        "The walks that a link shortens are rows of `world.walks` that name it.\n"
    )
    yield from _tables("siting")


def _tables(*blocks: str) -> Iterator[str]:
    """Tables that a block of the scenario names; last season's has the columns of `timetable`."""
    for name, spec in TABLES.items():
        model = ROWS[name]
        if spec.named_by.split(".")[0] not in blocks or name == "last_season":
            continue
        yield f"### {name}\n"
        yield first_paragraph(model) + "\n"
        rows = [_row(key, field) for key, field in shape.fields(model).items()]
        yield table(("column", "type", "default", "allowed", "meaning"), rows)
