"""The registry of a factory: which files and documents it has taken in, by content and by place, and in which batch.

It is one file, replaced as a whole: a batch is closed when the registry that names it is in its place, and not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.records.store import REGISTRY_FILE, Store


class Damaged(ValueError):
    """A file of the factory is not what it must be; the message names the file and the remedy."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Entry):
    """A file as it was last taken in."""

    uri: str
    sha256: str
    stamp: str
    """What the disk or the bucket says of it; while that is the same its bytes need not be read. Empty: they must."""
    batch: str
    documents: tuple[str, ...] = ()
    """Ids of the documents that it held; none if none could be used."""
    gone: bool = False
    """Whether it was no longer there when the documents were last listed."""


class Known(_Entry):
    """A document that a batch was made of."""

    uri: str
    file: str
    """The key of the file that it came from first."""
    batch: str


class Closed(_Entry):
    """A batch whose rows belong to the factory."""

    id: str
    rows: int
    pieces: dict[str, int]
    """Pieces of documents that each skill was dealt."""


class Registry(BaseModel):
    """What a factory has taken in."""

    model_config = ConfigDict(extra="forbid")

    batches: list[Closed] = Field(default_factory=list)
    """Closed batches, oldest first."""
    files: dict[str, File] = Field(default_factory=dict)
    """By key, which stands for the place of a file."""
    documents: dict[str, Known] = Field(default_factory=dict)
    """By id, which stands for the text; what has since changed or vanished too."""

    def present(self) -> set[str]:
        """Documents that a file which is still there holds."""
        return {id for file in self.files.values() if not file.gone for id in file.documents}

    def current(self) -> set[str]:
        """Documents that a file held when it was last read, whether it is still there or not."""
        return {id for file in self.files.values() for id in file.documents}

    def dealt(self) -> dict[str, int]:
        """Pieces that each skill has been dealt so far."""
        total: dict[str, int] = {}
        for batch in self.batches:
            for skill, pieces in batch.pieces.items():
                total[skill] = total.get(skill, 0) + pieces
        return total

    def of_file(self, key: str) -> set[str]:
        """Every document that has ever come from this file."""
        held = self.files[key].documents if key in self.files else ()
        return {*held, *(id for id, known in self.documents.items() if known.file == key)}

    def close(self, batch: Closed, files: Mapping[str, File], used: Iterable[tuple[str, Known]]) -> None:
        """Take in a batch: its files as they are now, and the documents that it was made of."""
        self.batches.append(batch)
        self.files.update(files)
        for id, known in used:
            self.documents.setdefault(id, known)


def load(store: Store) -> Registry:
    """The registry of a factory; an empty one if there is none yet. Damaged if it cannot be read: nothing is taken for new."""
    try:
        data = store.read(REGISTRY_FILE)
    except FileNotFoundError:
        return Registry()
    try:
        return Registry.model_validate_json(data)
    except ValidationError:
        raise Damaged(
            f"{store.output}/{REGISTRY_FILE} is damaged: put a sound copy back, or delete it to take every document in anew"
        ) from None


def save(store: Store, registry: Registry) -> None:
    """Put the registry in its place, whole and durable."""
    store.write(REGISTRY_FILE, registry.model_dump_json().encode())
