"""One export: rows of a run directory, told in a format and written as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import pyarrow as pa

from tasks.publish.export import source
from tasks.publish.export.chat import CHAT
from tasks.publish.export.files import Files
from tasks.publish.export.formats import Format
from tasks.publish.export.layout import Layout
from tasks.publish.export.messages import Shape, Unfit
from tasks.publish.export.parts import TRAIN, deal, read_shares
from tasks.publish.export.preferences import PREFERENCES
from tasks.publish.export.turns import TURNS
from tasks.records import Json
from tasks.records.store import Store

FORMATS = {format.name: format for format in (*CHAT, *TURNS, *PREFERENCES)}
_OFFLINE = "made by the offline teacher, not for training"
_TOOLS = "with tools on offer"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be exported, and how."""

    directory: str
    format: str
    output: str = ""
    """A folder, or a file by its suffix; any fsspec URL; empty for `export/<format>` in the run directory."""
    skills: tuple[str, ...] = ()
    """All of the run if none is named."""
    split: str = ""
    """Shares of the parts, see `parts.read_shares`; empty for one part."""
    shape: Shape = field(default_factory=Shape)
    tools: bool = True
    """Whether rows with tools on offer are wanted; some templates, such as Gemma's, know no calls."""
    offline_rows: bool = False


@dataclass
class Exported:
    """What an export has written."""

    output: str
    rows: dict[str, int] = field(default_factory=dict)
    """Rows by file."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows that are not there, by reason."""
    lost: Counter[str] = field(default_factory=Counter)
    """Rows of which the format holds only a part, by what it leaves out."""
    finished: bool = True
    """Whether the run had come to its end."""


def export(wanted: Wanted) -> Exported:
    """Write the rows of a run directory in a format, file by file whole or not at all.

    ValueError, a sentence with its remedy, if there is no run, no row that fits, or no such output.
    """
    store, format = Store(wanted.directory), FORMATS[wanted.format]
    manifest = _manifest(store, wanted)
    with_tools = {skill: source.any_tools(store, skill) for skill in _skills(wanted, manifest)}
    # A reader of JSON lines takes the first megabytes for the shape of all: rows with calls, which have more in them, come first.
    skills = sorted(with_tools, key=lambda skill: not with_tools[skill])
    _look_for_pairs(store, format, skills, manifest)
    if wanted.split and format.by_skill:
        raise ValueError(f"{format.name} has a split for each skill: leave out --split")
    shares = read_shares(wanted.split) if wanted.split else {}
    layout = Layout(store, wanted.output, format, {s: manifest["skills"][s]["split"] for s in skills}, shares)
    parts = deal(source.documents(store, skills), shares) if shares else {}
    exported = Exported(layout.output, finished=manifest["complete"])
    with Files(layout.fs, _columns(format, tools=wanted.tools and any(with_tools.values()))) as files:
        for skill in skills:
            for document, row in _told(store, skill, format, wanted, exported):
                files.add(layout.path(skill, parts.get(document, TRAIN)), row)
        if not files.rows:
            why = ", ".join(f"{n:,} {reason}" for reason, n in exported.left_out.items()) or "the run accepted none"
            raise ValueError(f"no row of {wanted.directory} can be exported as {format.name}: {why}")
    exported.rows = layout.finish(files.rows, _facts(wanted, exported, manifest))
    return exported


def _told(store: Store, skill: str, format: Format, wanted: Wanted, exported: Exported) -> Iterator[tuple[str, Json]]:
    """Document and row, in the format, of all of a skill that fits; the rest is counted."""
    given: list[tuple[Callable[[Json, Shape], Json], Iterator[Json]]] = []
    if format.of_row:
        given.append((format.of_row, source.rows(store, skill, whole=format.whole)))
    if format.of_pair:
        given.append((format.of_pair, source.pairs(store, skill)))
    for tell, row in chain.from_iterable(((tell, row) for row in found) for tell, found in given):
        if not source.for_training(row) and not wanted.offline_rows:
            exported.left_out[_OFFLINE] += 1
            continue
        if row["tools"] and not wanted.tools:
            exported.left_out[_TOOLS] += 1
            continue
        try:
            told = tell(row, wanted.shape)
        except Unfit as unfit:
            exported.left_out[str(unfit)] += 1
            continue
        exported.lost.update(format.loses(row))
        yield source.document(row), told


def _manifest(store: Store, wanted: Wanted) -> Json:
    manifest = store.read_json("manifest.json")
    if manifest is None or not isinstance(manifest.get("skills"), dict):
        raise ValueError(
            f"{wanted.directory} is no finished run directory, it has no manifest of one: "
            "give what was the --output of `agentinstruct generate`"
        )
    if manifest["teacher"]["model"] == "offline" and not wanted.offline_rows:
        raise ValueError(
            f"the rows of {wanted.directory} are the offline teacher's and not for training: "
            "generate with --teacher MODEL, or add --offline-rows to see what an export looks like"
        )
    return manifest


def _skills(wanted: Wanted, manifest: Json) -> list[str]:
    known = list(manifest["skills"])
    if unknown := [skill for skill in wanted.skills if skill not in known]:
        raise ValueError(f"{wanted.directory} holds no skill '{unknown[0]}'; it holds {', '.join(known)}")
    return [skill for skill in known if not wanted.skills or skill in wanted.skills]


def _look_for_pairs(store: Store, format: Format, skills: list[str], manifest: Json) -> None:
    """ValueError if the format needs pairs and there are none, with what brings some."""
    if format.of_pair is None or source.any_pairs(store, skills):
        return
    if not manifest["settings"].get("feedback_rows", True):
        raise ValueError(
            f"{format.name} is made of preferences, and this run left them out: repeat its command "
            "with --set feedback_rows=true, which asks nothing again"
        )
    raise ValueError(
        f"{format.name} is made of preferences, and this run has none: they come from answers that failed a check and were "
        "repaired, or were scored lower than another (--set responses_per_instruction=2 --set keep_responses=best)"
    )


def _columns(format: Format, *, tools: bool) -> pa.Schema | None:
    """The format's columns; that of tools only where there are some, since a null is all that it would hold."""
    columns = format.columns
    if columns is None or "tools" not in columns.names or tools:
        return columns
    return columns.remove(columns.get_field_index("tools"))


def _facts(wanted: Wanted, exported: Exported, manifest: Json) -> Json:
    """What the folder says of itself."""
    return {
        "format": wanted.format,
        "system": wanted.shape.system,
        "calls": wanted.shape.calls,
        "tools": wanted.tools,
        "split": wanted.split,
        "left_out": dict(exported.left_out),
        "lost": dict(exported.lost),
        "teacher": manifest["teacher"]["model"],
        "versions": manifest["versions"],
    }
