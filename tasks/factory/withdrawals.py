"""Withdrawals: documents of which nothing may be in any version from now on, each with a record of when, what and why.

A record is a small JSON file in `withdrawals/`. It holds ids and names, never text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from tasks.factory.batches import BATCHES
from tasks.factory.index import dataset_lines
from tasks.factory.overlap import overlap, trace
from tasks.factory.registry import Damaged, Registry
from tasks.records import digest
from tasks.records.store import Store

FOLDER = "withdrawals"
_LEAST = 6
"""Characters of a document's id that may stand for it."""


class Withdrawal(BaseModel):
    """The record of a withdrawal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str
    """What was typed: a name, an address or an id."""
    when: AwareDatetime
    documents: tuple[str, ...] = ()
    """Ids, which stand for the text: it does not come back under another name either."""
    uris: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Keys of files that are not read again, whatever they hold."""
    reason: str = ""
    rows: int = Field(default=0, ge=0)
    """Rows of the dataset that were made of them, or hold text of them."""
    beside: tuple[str, ...] = ()
    """Ids of rows that were made of other documents and hold text of these."""
    compared: bool = True
    """Whether their text was there to compare other rows with: it is in the shards of their batch."""


@dataclass
class Withdrawn:
    """All withdrawals of a factory."""

    records: list[Withdrawal] = field(default_factory=list)

    @property
    def documents(self) -> set[str]:
        return {id for record in self.records for id in record.documents}

    @property
    def files(self) -> set[str]:
        return {key for record in self.records for key in record.files}

    @property
    def rows(self) -> set[str]:
        return {id for record in self.records for id in record.beside}


def load(store: Store) -> Withdrawn:
    """The withdrawals of a factory; Damaged, naming the file, if one is not what a record must be."""
    found = Withdrawn()
    for path in store.files(FOLDER):
        if path.endswith(".json"):
            try:
                found.records.append(Withdrawal.model_validate_json(store.read(path)))
            except ValidationError as error:
                told = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
                raise Damaged(f"{store.output}/{path} is no record of a withdrawal ({told}): put it right") from None
    return found


def withdrawal(store: Store, registry: Registry, asked: str, key: str, reason: str, now: datetime) -> Withdrawal:
    """The record that takes out the document which was asked for, not yet written.

    `key` is that of the file at this place, if there is such a place. ValueError if the factory knows no such document, or more
    than one.
    """
    documents, files = named(registry, asked, key)
    known = [registry.documents[id] for id in documents if id in registry.documents]
    uris = {each.uri for each in known} | {registry.files[file].uri for file in files}
    own = list(dict.fromkeys(f"{BATCHES}/{each.batch}" for each in known))
    found = trace(store, own, documents, uris)
    searched = [f"{BATCHES}/{b.id}" for b in registry.batches if _searches_further(store, f"{BATCHES}/{b.id}")]
    compared = list(dict.fromkeys([*own, *searched]))
    beside = {id for folder in compared for id in overlap(store, folder, found)}
    lines = [line for folder in compared for line in dataset_lines(store, folder)]
    return Withdrawal(
        asked=asked,
        when=now,
        documents=tuple(sorted(documents)),
        uris=tuple(sorted(uris)),
        files=tuple(sorted(files)),
        reason=reason,
        rows=sum(line.document in documents or line.id in beside for line in lines),
        beside=tuple(sorted(beside)),
        compared=bool(found.runs) or not known,
    )


def _searches_further(store: Store, folder: str) -> bool:
    """Whether the batch searched a folder of further documents, in which the withdrawn ones may have been too."""
    manifest = store.read_json(f"{folder}/manifest.json") or {}
    return bool(manifest.get("settings", {}).get("search_corpus"))


def write(store: Store, record: Withdrawal) -> None:
    """Put the record in its place, whole and durable: from here on the documents are withdrawn."""
    mark = digest(record.documents, record.files)[:8]
    store.write_json(f"{FOLDER}/{record.when:%Y-%m-%dT%H-%M-%SZ}-{mark}.json", record.model_dump(mode="json"))


def named(registry: Registry, asked: str, key: str) -> tuple[set[str], set[str]]:
    """The documents, and the files of nothing else, that a person means: by place, uri, file name or id."""
    if key in registry.files:
        return _of_files(registry, [key])
    files = [k for k, file in registry.files.items() if file.uri == asked]
    files = files or [k for k, file in registry.files.items() if file.uri.rsplit("/", 1)[-1] == asked]
    ids = {id for id, known in registry.documents.items() if known.uri == asked}
    ids = ids or {id for id in registry.documents if len(asked) >= _LEAST and id.startswith(asked)}
    if len(files) + (0 if files else len(ids)) > 1:
        places = [f"{registry.files[k].uri} ({_ids(registry.files[k].documents)})" for k in files]
        raise ValueError(
            f"'{asked}' may be any of {len(places or ids)}: {'; '.join(places) or _ids(sorted(ids))}; name one by its path or id"
        )
    if files:
        return _of_files(registry, files)
    if not ids:
        raise ValueError(
            f"no document '{asked}' has been taken in: name it by its path or uri, by its file name, or by the id in a row's "
            f"provenance.document; the {len(registry.files)} files taken in are listed in registry.json"
        )
    return ids, _holding_only(registry, ids)


def _of_files(registry: Registry, keys: list[str]) -> tuple[set[str], set[str]]:
    ids = {id for key in keys for id in registry.of_file(key)}
    return ids, {*keys, *_holding_only(registry, ids)}


def _holding_only(registry: Registry, ids: set[str]) -> set[str]:
    return {key for key, file in registry.files.items() if file.documents and ids.issuperset(file.documents)}


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(ids) or "no document"
