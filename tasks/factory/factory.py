"""A factory's directory, held: registry, withdrawals, batches and versions, and the one way from those to a new version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tasks.curation.manifest import split_of
from tasks.curation.page import REPORT
from tasks.curation.rewording import Ask
from tasks.factory import registry, versions, withdrawals
from tasks.factory.card import card
from tasks.factory.curation import Shown, curated, report, sameness
from tasks.factory.registry import Registry
from tasks.factory.selection import Mode, Selection, Vanished, select
from tasks.factory.withdrawals import Withdrawal, Withdrawn
from tasks.publish.manifest import versions as code_versions
from tasks.records import Json
from tasks.records.store import DirectoryTaken, Store
from tasks.settings import Curating, Watching

_TOLD = {"when", "documents", "rows", "compared"}
"""What a version tells of a withdrawal: neither name nor reason."""


_HOW = ("skill", "teacher", "seed", "settings")
"""What the caller of `make_version` says of how rows are made now."""


@dataclass(frozen=True)
class Ways:
    """How a factory makes versions."""

    mode: Mode = "append"
    vanished: Vanished = "keep"
    keep_versions: int = 0
    """The newest so many stay; 0 keeps all."""
    curating: Curating | None = None
    """Which rows a version keeps; None for all."""
    watching: Watching = field(default_factory=Watching)


class Factory:
    """A factory's directory, while nobody else writes to it. A plain class: Prefect walks through others."""

    def __init__(self, store: Store, registry: Registry, withdrawn: Withdrawn) -> None:
        self.store, self.registry, self.withdrawn = store, registry, withdrawn

    def now(self) -> datetime:
        """The time that names what is made."""
        return datetime.now(UTC).replace(microsecond=0)

    @property
    def latest(self) -> str:
        """The newest version; empty if there is none."""
        found = versions.names(self.store)
        return found[-1] if found else ""

    def ways(self) -> Ways:
        """How the newest version was made."""
        facts = versions.manifest_of(self.store, self.latest)
        if not facts:
            return Ways()
        curation, watching = facts.get("curation"), facts.get("watching") or {}
        curating = Curating.model_validate(curation["settings"]) if curation else None
        bounds = Watching.model_validate(watching)
        return Ways(facts["mode"], facts["vanished"], facts["keep_versions"], curating, bounds)

    def withdraw(self, asked: str, key: str, reason: str) -> Withdrawal:
        """Take a document out: its record is written, and versions that are made from here on do without it.

        One that is out already keeps the record that it has.
        """
        record = withdrawals.withdrawal(self.store, self.registry, asked, key, reason, self.now())
        for earlier in self.withdrawn.records:
            same = {*record.files} & {*earlier.files} or not record.files
            if same and {*record.documents} <= {*earlier.documents}:
                return earlier
        withdrawals.write(self.store, record)
        self.withdrawn.records.append(record)
        return record

    def make_version(self, ways: Ways, how: Json, ask: Ask | None = None) -> Json | None:
        """A new version of all closed batches, its manifest; None if it would hold just what the newest holds.

        `how` is what the manifest tells of skill, teacher, seed and settings; empty for what the newest version has.

        Made from what is on disk alone, so a run that was killed before it came to this is made good by the next.
        """
        parent = self.latest
        before = versions.manifest_of(self.store, parent)
        issued = before.get("issued", [])
        selection, curation = self._selected(ways.mode, ways.vanished, before), None
        shown: Shown = {}
        if ways.curating is not None:
            selection, curation, shown = curated(self.store, selection, ways.curating, before, ask)
        nothing = not selection.batches or not (parent or selection.rows)
        if nothing or selection.content == before.get("content"):
            return None
        name = versions.name_after(parent, self.now())
        facts = {
            "created": self.now().isoformat(),
            "complete": True,
            **self._counts(selection),
            "difference": versions.changed(self.store, parent, selection),
            "withdrawals": [record.model_dump(mode="json", include=_TOLD) for record in self.withdrawn.records],
            "mode": ways.mode,
            "vanished": ways.vanished,
            "keep_versions": ways.keep_versions,
            **({"curation": curation} if curation else {}),
            "sameness": sameness(self.store, selection, ways.watching, before),
            "watching": ways.watching.model_dump(mode="json"),
            "issued": [*issued, *(id for id in selection.batches if id not in issued)],
            **(how or {name: before.get(name) for name in _HOW}),
            "versions": code_versions(),
        }
        pages = {"README.md": card({"version": name, "parent": parent, **facts}).encode()}
        if curation:
            pages[REPORT] = report(facts, shown)
        manifest = versions.write_version(self.store, name, parent, selection, facts, pages)
        versions.point_to(self.store, name)
        versions.prune(self.store, ways.keep_versions)
        return manifest

    def _selected(self, mode: Mode, vanished: Vanished, before: Json) -> Selection:
        """What a version made now holds."""
        batches = [batch.id for batch in self.registry.batches]
        if mode == "version":
            fresh = [id for id in batches if id not in before.get("issued", ())]
            again = [batch["id"] for batch in before.get("batches", ())] if before.get("mode") == mode else []
            batches = fresh or again
        withdrawn = {"documents": self.withdrawn.documents, "rows": self.withdrawn.rows}
        return select(self.store, self.registry, batches, withdrawn, mode, vanished)

    def _counts(self, selection: Selection) -> Json:
        """Rows by batch and skill; what each batch gave is its rows here and what was left out of it."""
        rows, skills = Counter[str](), Counter[str]()
        for part in (part for part in selection.parts if part.of_dataset):
            rows[part.batch] += sum(part.keep)
            skills[part.part.split("/")[1]] += sum(part.keep)
        gave = {batch.id: batch.rows for batch in self.registry.batches}
        total: Counter[str] = sum(selection.left_out.values(), Counter())
        return {
            "rows": selection.rows,
            "skills": {name: {"split": split_of(name), "accepted": n} for name, n in sorted(skills.items())},
            "left_out": dict(sorted(total.items())),
            "batches": [
                {"id": id, "gave": gave[id], "rows": rows[id], "left_out": dict(sorted(selection.left_out[id].items()))}
                for id in selection.batches
            ],
        }


@contextmanager
def held(output: str, home: Path) -> Iterator[Factory]:
    """The factory in this directory, until the block ends; DirectoryBusy while another run has it, DirectoryTaken by a run's.

    What a killed run left half made is removed first.
    """
    store = Store(output)
    if store.fs.exists(store.path("manifest.json")):
        raise DirectoryTaken(f"{output} holds a run, and no factory: choose another --output")
    with store.locked(home):
        versions.sweep(store)
        yield Factory(store, registry.load(store), withdrawals.load(store))
