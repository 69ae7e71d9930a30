"""Shards on disk: complete or absent, in the right order, provably whole; and one run a directory."""

from __future__ import annotations

import builtins
import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.records import Record, Reject, Source, identified
from tasks.records.store import DirectoryBusy, DirectoryTaken, ShardRef, Store
from tests.records.test_record import RECORDS, REJECTS

RECORD = identified(Record(source=Source(id="d", uri="u", kind="text"), instruction="Do {this}."))
REJECT = Reject(record=RECORD, step="instruct", reason="refused", detail="no")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "out"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(st.one_of(RECORDS, REJECTS), max_size=4))
def test_a_shard_gives_back_what_was_written(store: Store, items: list[Record | Reject]) -> None:
    # Ids and parents are hashes, and reasons words of ours: these alone are columns, and Parquet takes no surrogates.
    items = [_named(item) for item in items]
    ref = store.write_shard("instruct", "k", items, {"records_in": 3})
    assert list(store.items(ref)) == items
    assert store.records(ref) == [item for item in items if isinstance(item, Record)]
    assert ref["rows"] + ref["rejects"] == len(items)
    assert store.find_shard("instruct", "k") == ref
    assert store.counts(ref) == {"records_in": 3}


def _named(item: Record | Reject) -> Record | Reject:
    if isinstance(item, Reject):
        return replace(item, record=replace(item.record, id="i", parent="p"), reason="why")
    return replace(item, id="i", parent="p")


def test_a_shard_is_the_same_bytes_every_time(store: Store, tmp_path: Path) -> None:
    first = store.write_shard("s", "k", [RECORD, REJECT], {})
    assert Store(str(tmp_path / "other")).write_shard("s", "k", [RECORD, REJECT], {}) == first
    data = store.read(first["uri"])
    assert hashlib.sha256(data).hexdigest() == first["sha256"]
    table = pq.read_table(store.path(first["uri"]))
    assert table["reason"].to_pylist() == [None, "refused"]
    assert table["id"].to_pylist() == [RECORD.id, RECORD.id]


def test_an_empty_shard_is_a_shard(store: Store) -> None:
    ref = store.write_shard("s", "k", [], {})
    assert list(store.items(ref)) == [] and store.find_shard("s", "k") == ref


def test_items_that_fail_on_the_way_leave_nothing(store: Store, tmp_path: Path) -> None:
    def items() -> Any:
        yield RECORD
        raise KeyError("half way")

    with pytest.raises(KeyError):
        store.write_shard("s", "k", items(), {})
    assert names(tmp_path) == []


# Order of writing


class Spy:
    """Notes what a write asks of the operating system, in order, by the name of the file."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[str, str]] = []
        fsync, rename = os.fsync, os.replace

        def spied_fsync(handle: int) -> None:
            kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
            path = Path(os.readlink(f"/proc/self/fd/{handle}"))
            self.seen.append((f"fsync {kind}", path.name))
            if kind == "file":
                self.synced_bytes = os.fstat(handle).st_size
            fsync(handle)

        def spied_replace(old: str, new: str) -> None:
            self.seen.append(("replace", Path(new).name))
            assert Path(old).parent == Path(new).parent
            rename(old, new)

        monkeypatch.setattr(os, "fsync", spied_fsync)
        monkeypatch.setattr(os, "replace", spied_replace)


def test_synced_before_renamed_and_the_folder_after(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy(monkeypatch)
    store.write("a/b.bin", b"x" * 100_000)
    assert [what for what, _ in spy.seen] == ["fsync file", "replace", "fsync folder"]
    assert spy.synced_bytes == 100_000
    assert spy.seen[1:] == [("replace", "b.bin"), ("fsync folder", "a")]


def test_the_manifest_comes_after_the_shard(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy(monkeypatch)
    store.write_shard("s", "k", [RECORD], {})
    assert [what for what, _ in spy.seen] == ["fsync file", "replace", "fsync folder"] * 2
    assert [name for what, name in spy.seen if what == "replace"] == ["k.parquet", "k.json"]


# Failing disks


def fail_fsync(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fsync(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fsync)


def fail_write(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real = builtins.open

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> int:
            self.file.write(data[: len(data) // 2])
            raise OSError(code, os.strerror(code))

    def opened(path: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        file = real(path, mode, *args, **named)
        return Full(file) if "w" in mode else file

    monkeypatch.setattr(builtins, "open", opened)


def fail_replace(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def replace_(old: str, new: str) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", replace_)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("fail", [fail_fsync, fail_write, fail_replace])
def test_a_failing_disk_leaves_the_old_file_and_no_other(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fail: Callable[[pytest.MonkeyPatch, int], None],
    code: int,
) -> None:
    store.write("a.bin", b"old")
    with monkeypatch.context() as patched:
        fail(patched, code)
        with pytest.raises(OSError) as caught:
            store.write("a.bin", b"new content")
        assert caught.value.errno == code
        with pytest.raises(OSError):
            store.write("b.bin", b"first content")
    assert store.read("a.bin") == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_shard_whose_manifest_could_not_be_written_is_not_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.write

    def write(relative: str, data: bytes) -> None:
        if relative.endswith(".json"):
            raise OSError(errno.ENOSPC, "full")
        real(relative, data)

    monkeypatch.setattr(store, "write", write)
    with pytest.raises(OSError):
        store.write_shard("s", "k", [RECORD], {})
    assert store.find_shard("s", "k") is None


# Proof


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "shard tampered": lambda shard, manifest: flip(shard),
    "shard cut": lambda shard, manifest: os.truncate(shard, 40),
    "shard empty": lambda shard, manifest: os.truncate(shard, 0),
    "shard longer": lambda shard, manifest: shard.write_bytes(shard.read_bytes() + b"\0"),
    "shard absent": lambda shard, manifest: shard.unlink(),
    "manifest absent": lambda shard, manifest: manifest.unlink(),
    "manifest cut": lambda shard, manifest: os.truncate(manifest, 30),
    "manifest empty": lambda shard, manifest: os.truncate(manifest, 0),
    "manifest binary": lambda shard, manifest: manifest.write_bytes(b"\xff\xfe\0"),
    "manifest a list": lambda shard, manifest: manifest.write_text("[]"),
    "manifest of something else": lambda shard, manifest: manifest.write_text('{"rows": 1}'),
    "manifest without hash": lambda shard, manifest: _edit(manifest, lambda ref: ref.pop("sha256")),
    "manifest with another shard's hash": lambda shard, manifest: _edit(
        manifest, lambda ref: ref.update(sha256="0" * 64)
    ),
    "manifest that points elsewhere": lambda shard, manifest: _edit(
        manifest, lambda ref: ref.update(uri="steps/s/other.parquet")
    ),
    "manifest whose shard is a number": lambda shard, manifest: manifest.write_text('{"shard": 7, "counts": {}}'),
}


def _edit(manifest: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(manifest.read_text())
    change(value["shard"])
    manifest.write_text(json.dumps(value))


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_does_not_match_its_manifest_is_not_found(store: Store, tmp_path: Path, damage: str) -> None:
    store.write_shard("s", "other", [RECORD], {})
    ref = store.write_shard("s", "k", [RECORD], {})
    folder = tmp_path / "out/steps/s"
    DAMAGE[damage](folder / "k.parquet", folder / "k.json")
    assert store.find_shard("s", "k") is None
    assert store.write_shard("s", "k", [RECORD], {}) == ref == store.find_shard("s", "k")


def test_shards_never_written_are_not_found(store: Store) -> None:
    assert store.find_shard("s", "never") is None
    assert store.files("steps/s") == [] and store.read_json("manifest.json") is None


def test_files_are_listed_in_order_and_removed(store: Store) -> None:
    for name in ("b", "a"):
        store.write(f"dataset/{name}", b"")
    assert store.files("dataset") == ["dataset/a", "dataset/b"]
    store.remove("dataset/a")
    assert store.files("dataset") == ["dataset/b"]


def test_an_object_store_holds_shards_too() -> None:
    store = Store("memory://shards-of-a-test/out")
    ref = store.write_shard("s", "k", [RECORD, REJECT], {"calls": 1})
    assert Store("memory://shards-of-a-test/out").find_shard("s", "k") == ref
    assert list(store.items(ref)) == [RECORD, REJECT] and store.counts(ref) == {"calls": 1}
    assert store.files("steps/s") == ["steps/s/k.json", "steps/s/k.parquet"]
    store.fs.pipe_file(store.path(ref["uri"]), b"PAR1")
    assert store.find_shard("s", "k") is None
    store.remove(ref["uri"])
    assert store.find_shard("s", "k") is None and store.files("elsewhere") == []


def test_a_package_that_is_missing_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(ImportError, match=r"install gcsfs to access Google Storage \(pip install gcsfs\)$"):
        Store("gs://bucket/run")


def test_a_directory_is_named_without_its_path(tmp_path: Path) -> None:
    identities = {Store(str(tmp_path / name)).identity for name in ("a", "b")} | {Store("memory://a").identity}
    assert len(identities) == 3
    assert Store(str(tmp_path / "a")).identity in identities
    assert not any(identity == "a" or str(tmp_path) in identity for identity in identities)


# One run a directory


def test_what_a_killed_run_was_writing_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ours = [out / "manifest.json.4711.tmp", out / "steps" / "verify" / "ab12.parquet.815.tmp"]
    theirs = [out / "notes.tmp", out / "steps" / "verify" / "draft.12.tmp", out / "mine" / "a" / "b.json.1.tmp"]
    for path in (*ours, *theirs):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    with Store(str(out)).locked(tmp_path / "home"):
        assert not any(path.exists() for path in ours) and all(path.exists() for path in theirs)


HOLD = """
import sys
from pathlib import Path
from tasks.records.store import Store
with Store(sys.argv[1]).locked(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("remote", [False, True])
def test_a_second_run_is_refused_until_the_first_dies(tmp_path: Path, remote: bool) -> None:
    output = "memory://locked" if remote else str(tmp_path / "out")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, output, str(tmp_path / "home")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        store = Store(output)
        told = r"another run is writing to .*(out|locked).*choose another --output"
        with pytest.raises(DirectoryBusy, match=told), store.locked(tmp_path / "home"):
            pytest.fail("two runs hold one directory")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with store.locked(tmp_path / "home"):
            pass


def test_a_lock_ends_with_its_run_however_that_ends(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KeyError), store.locked(tmp_path):
        raise KeyError
    with store.locked(tmp_path), Store(str(tmp_path / "another")).locked(tmp_path):
        pass


def test_a_reference_says_where_and_what_but_no_text(store: Store) -> None:
    ref = store.write_shard("s", "k", [RECORD], {})
    assert set(ref) == set(ShardRef.__annotations__)
    assert "Do {this}." not in json.dumps(ref) + json.dumps(store.read_json("steps/s/k.json"))


def test_a_directory_of_another_skill_is_not_taken(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "out"))
    store.claim("tool_use")
    store.write_json("manifest.json", {"skill": "tool_use"})
    store.claim("tool_use")
    with pytest.raises(DirectoryTaken, match="holds a run of tool_use: choose another --output for reading"):
        store.claim("reading")
