"""Versions: each a dataset of its own, complete and never changed again; `latest` names the newest.

A version is written beside its place, synced and put there by one rename, its manifest last (on an object store, which has no
rename, a folder without a manifest is no version yet). What a version shares with its parent is linked, not copied.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.factory.batches import BATCHES
from tasks.factory.selection import Selection, Taken, columns_mark
from tasks.publish.run_directory import present
from tasks.records import Json
from tasks.records.store import Store, sync_folder

VERSIONS, LATEST = "versions", "latest"
_BESIDE = ".version-"
_FORMAT = "%Y-%m-%dT%H-%M-%SZ"


def names(store: Store) -> list[str]:
    """The versions that there are, oldest first."""
    found = [path.rsplit("/", 1)[-1] for path in store.files(VERSIONS)]
    return [name for name in found if store.fs.exists(store.path(f"{VERSIONS}/{name}/manifest.json"))]


def manifest_of(store: Store, name: str) -> Json:
    """The manifest of a version; an empty one for no version."""
    return (store.read_json(f"{VERSIONS}/{name}/manifest.json") or {}) if name else {}


def name_after(parent: str, now: datetime) -> str:
    """The name of a version made now, later than its parent's whatever the clock says."""
    if parent:
        now = max(now, datetime.strptime(parent, _FORMAT).replace(tzinfo=now.tzinfo) + timedelta(seconds=1))
    return now.strftime(_FORMAT)


def sweep(store: Store) -> None:
    """Remove what a killed run was about to make of a version, and let `latest` name the newest that is whole."""
    if store.local:
        for left in Path(store.root).glob(f"{_BESIDE}*"):
            shutil.rmtree(left)
        for left in Path(store.root).glob(f"{LATEST}.*.tmp"):
            left.unlink()
    whole = names(store)
    for path in store.files(VERSIONS):
        if path.rsplit("/", 1)[-1] not in whole:
            store.fs.rm(store.path(path), recursive=True)
    if whole and (store.read_json(f"{LATEST}.json") or {}).get("version") != whole[-1]:
        point_to(store, whole[-1])


def write_version(
    store: Store, name: str, parent: str, selection: Selection, facts: Json, pages: Mapping[str, bytes]
) -> Json:
    """Write the version with its rows, pages and manifest; `facts` go into the manifest, which is returned."""
    folder = f"{_BESIDE}{name}" if store.local else f"{VERSIONS}/{name}"
    earlier, columns = manifest_of(store, parent), columns_mark()
    before = {file["path"]: file for file in earlier.get("files", ())} if earlier.get("columns") == columns else {}
    files = [_placed(store, folder, parent, part, before.get(part.target)) for part in selection.parts]
    for path, page in pages.items():
        store.write(f"{folder}/{path}", page)
        files.append({"path": path, "bytes": len(page), "sha256": hashlib.sha256(page).hexdigest()})
    contents = {"content": selection.content, "columns": columns, "files": files}
    manifest = {"version": name, "parent": parent or None, **facts, **contents}
    store.write_json(f"{folder}/manifest.json", manifest)
    if store.local:
        os.makedirs(store.path(VERSIONS), exist_ok=True)
        for place, _, _ in os.walk(store.path(folder), topdown=False):
            sync_folder(place)
        os.rename(store.path(folder), store.path(f"{VERSIONS}/{name}"))
        sync_folder(store.path(VERSIONS))
    return manifest


def point_to(store: Store, name: str) -> None:
    """Let `latest` and, last, `latest.json` name the version."""
    if store.local:
        link, beside = store.path(LATEST), store.path(f"{LATEST}.{os.getpid()}.tmp")
        Path(beside).unlink(missing_ok=True)
        os.symlink(f"{VERSIONS}/{name}", beside)
        os.replace(beside, link)
    store.write_json(f"{LATEST}.json", {"version": name, "path": f"{VERSIONS}/{name}"})


def prune(store: Store, keep: int) -> list[str]:
    """Remove all versions but the newest `keep`, and name them; 0 keeps all."""
    old = names(store)[:-keep] if keep else []
    for name in old:
        if store.local:
            beside = store.path(f"{_BESIDE}{name}")
            os.rename(store.path(f"{VERSIONS}/{name}"), beside)
            shutil.rmtree(beside)
        else:
            store.remove(f"{VERSIONS}/{name}/manifest.json")
            store.fs.rm(store.path(f"{VERSIONS}/{name}"), recursive=True)
    return old


def changed(store: Store, parent: str, selection: Selection) -> Json:
    """Rows of the dataset that the selection adds to the parent, takes from it and has in common with it."""
    before = {f["path"]: f for f in manifest_of(store, parent).get("files", ()) if f["path"].startswith("dataset/")}
    new, same = set[str](), 0
    for part in (part for part in selection.parts if part.of_dataset):
        known = before.get(part.target)
        if known is not None and known["content"] == part.content:
            same += known["rows"]
            del before[part.target]
        else:
            new |= set(part.kept)
    old = {id for path in before for id in _ids(store, f"{VERSIONS}/{parent}/{path}")}
    return {"added": len(new - old), "removed": len(old - new), "kept": same + len(new & old)}


def _ids(store: Store, path: str) -> Iterator[str]:
    yield from store.table(path, ["id"])["id"].to_pylist()


def _placed(store: Store, folder: str, parent: str, part: Taken, before: Json | None) -> Json:
    """Put the file that is made of a part into its place: the parent's, if that is the same, the batch's, or fewer rows of it.

    Rows that an earlier code gave are written anew in the columns of today, so that those of a version can be read together.
    """
    target, source = f"{folder}/{part.target}", f"{BATCHES}/{part.batch}/{part.part}"
    if before is not None and before["content"] == part.content:
        _same(store, f"{VERSIONS}/{parent}/{part.target}", target)
        return before
    fits = store.columns(source).equals(part.columns)
    if fits and part.whole:
        _same(store, source, target)
        data = store.read(target)
    else:
        kept = store.table(source).filter(pa.array(part.keep))
        buffer = io.BytesIO()
        pq.write_table(kept if fits else _written_anew(kept, part.columns), buffer, compression="zstd")
        data = buffer.getvalue()
        store.write(target, data)
    facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "content": part.content}
    return {"path": part.target, "rows": sum(part.keep), **facts}


def _written_anew(table: pa.Table, columns: pa.Schema) -> pa.Table:
    """The same rows in these columns; what they lack is null."""
    return pa.Table.from_pylist([present(row) for row in table.to_pylist()], columns)


def _same(store: Store, source: str, target: str) -> None:
    """The same file at another place; both are never written again, so one disk holds it once."""
    if not store.local:
        store.fs.cp_file(store.path(source), store.path(target))
        return
    os.makedirs(os.path.dirname(store.path(target)), exist_ok=True)
    try:
        os.link(store.path(source), store.path(target))
    except OSError:
        store.write(target, store.read(source))
