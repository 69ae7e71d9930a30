"""Make a run directory of the rows in this folder, which were written by people, as if `generate` had brought them.

python examples/good_rows/make_run.py OUTPUT      what they are for: docs/teaching.md

Each file has the rows about one of the example documents. A passage must stand in its document, an answer must give its key.
"""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts
from tasks import documents
from tasks.answers import agreement, compare
from tasks.documents.discover import discover
from tasks.publish.publish import Parts
from tasks.publish.rows import dataset_columns, dataset_row
from tasks.records import Json, Record, Source, identified
from tasks.records.store import Store
from tasks.settings import Settings

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent / "documents"
AUTHOR = "people"
"""Who stands in the lineage where a model's name stands otherwise."""
_ANSWERED = {
    "step": "respond",
    "agent": "respond",
    "model": AUTHOR,
    "call": "",
    "prompt_tokens": 0,
    "completion_tokens": 0,
}


class Row(BaseModel):
    """A task on a passage and what the student is to say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: str
    task_type: str
    form: Literal["option", "truth", "number", "span", "label", "json", "set", "text"]
    ask: str = Field(min_length=10)
    options: list[str] = []
    key: list[str] = []
    answer: str = Field(min_length=1)


class Passage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=40)
    rows: list[Row] = Field(min_length=1)


class RowsFile(BaseModel):
    """The rows about one document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    title: str = ""
    """Of the line, where the document is a file of several."""
    passages: list[Passage] = Field(min_length=1)


def texts() -> dict[tuple[str, str], tuple[Source, str]]:
    """File and title -> each example document and its text; of a file with one document, under the empty title too."""
    found: dict[tuple[str, str], tuple[Source, str]] = {}
    settings = Settings(chunk_words=20_000)
    for document in documents.read(
        discover([str(DOCUMENTS)]), settings, kinds=("text", "code", "api", "table"), skill=""
    ):
        for piece in document.pieces:
            name = Path(piece.source.uri.partition("#")[0]).name
            found[name, piece.source.title] = found[name, ""] = (piece.source, piece.passage)
    return found


def records(path: Path, known: dict[tuple[str, str], tuple[Source, str]]) -> Iterator[Record]:
    """The rows of a file as records. ValueError, in a sentence, for one that is not as it should be."""
    try:
        told = RowsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from None
    if (told.document, told.title) not in known:
        raise ValueError(
            f"{path.name}: no document '{told.document}' with the title '{told.title}' in examples/documents"
        )
    source, text = known[told.document, told.title]
    for passage in told.passages:
        if _bare(passage.text) not in _bare(text):
            raise ValueError(f"{path.name}: the passage '{passage.text[:40]}…' does not stand in {told.document}")
        for row in passage.rows:
            yield _record(path.name, source, passage.text, row)


def _record(name: str, source: Source, passage: str, row: Row) -> Record:
    where = f"{name}: '{row.ask[:50]}…'"
    skill = prompts.load(row.skill)
    types = {t.name: t for t in skill.task_types}
    if row.task_type not in types:
        raise ValueError(f"{where}: {row.skill} has no task type '{row.task_type}'; it has {', '.join(types)}")
    shown = passage.strip() if skill.response.passage == "shown" else ""
    lettered = [f"{letter}. {text}" for letter, text in zip(string.ascii_uppercase, row.options, strict=False)]
    options = row.options if row.form == "label" else lettered
    said = filter(None, [shown, row.ask.strip(), "\n".join(options)])
    record = identified(
        Record(
            source=source,
            skill=row.skill,
            passage=shown,
            task_type=row.task_type,
            answer_form=row.form,
            instruction=row.ask.strip(),
            options=row.options,
            key=row.key,
            messages=[
                {"role": "user", "content": "\n\n".join(said)},
                {"role": "assistant", "content": row.answer.strip()},
            ],
            lineage=[_ANSWERED],
        )
    )
    if row.key and not agreement(record):
        raise ValueError(f"{where}: the answer does not give its key ({compare(record)})")
    return record


def _bare(text: str) -> str:
    """Letters and digits alone: marks and line breaks of a document do not count."""
    return re.sub(r"[^\w]+", "", text.casefold())


def write(folder: str, made: list[Record]) -> None:
    """The run directory of these records."""
    store, skills = Store(folder), sorted({record.skill for record in made})
    counts: dict[str, Json] = {}
    for skill in skills:
        of_skill = [record for record in made if record.skill == skill]
        with Parts(store, f"dataset/{skill}", dataset_columns()) as parts:
            for record in of_skill:
                parts.add(dataset_row(record))
        counts[skill] = {"accepted": len(of_skill), "split": skill}
    used = len({record.source.id for record in made})
    facts = {"skills": counts, "teacher": {"model": AUTHOR}, "versions": {}, "complete": True, "accepted": len(made)}
    store.write_json("manifest.json", {**facts, "documents": {"used": used, "rejected": 0}})


def main(folder: str) -> None:
    known, made, problems = texts(), list[Record](), list[str]()
    for path in sorted(HERE.glob("*.yaml")):
        try:
            made += records(path, known)
        except ValueError as problem:
            problems.append(str(problem))
    if problems:
        sys.exit("\n".join(problems))
    write(folder, made)
    skills = json.dumps(
        {skill: sum(record.skill == skill for record in made) for skill in sorted({r.skill for r in made})}
    )
    print(f"{len(made)} rows about {len({record.source.id for record in made})} documents in {folder}: {skills}")


if __name__ == "__main__":
    main(*sys.argv[1:])
