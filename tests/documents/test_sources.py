"""Files that hold many documents: archives, compressed files, crawls, mailboxes; each streamed, none unpacked whole."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.documents.written import TEXT, documents, pieces, rejects, write

ROWS = b"".join(json.dumps({"text": f"{TEXT}{n}"}).encode() + b"\n" for n in range(3))
PAGE = f"<html><head><title>Herons</title></head><body><p>{TEXT * 3}</p></body></html>".encode()
MAIL = f"From: a@example.org\nTo: b@example.org\nSubject: Count\nMessage-ID: <1@example.org>\n\n{TEXT}"


def zipped(members: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table({"text": [f"{TEXT}column {n}" for n in range(2)]}), held)
    return held.getvalue()


MEMBERS = {
    "docs/notes.md": f"# Herons\n\n{TEXT}".encode(),
    "docs/page.html": PAGE,
    "paper": PAGE.replace(b"Herons", b"Second").replace(b"forty", b"fifty"),
    "rows.jsonl": ROWS,
    "table.parquet": parquet(),
    "old.txt": (TEXT + "Größe und Höhe der Vögel wurden für jede Brücke geschätzt.").encode("cp1252"),
    ".hidden/x.md": TEXT.encode(),
    "__MACOSX/docs/notes.md": b"x",
    "site/node_modules/a/readme.md": TEXT.encode(),
    "site/node_modules/b/readme.md": TEXT.encode(),
    "inner.zip": zipped({"x.txt": TEXT.encode()}),
    "log.gz": gzip.compress(TEXT.encode()),
    "picture.png": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", tarred(MEMBERS, "w:gz")),
        ("a.tgz", tarred(MEMBERS, "w:gz")),
        ("a.tar.bz2", tarred(MEMBERS, "w:bz2")),
        ("a.tar.xz", tarred(MEMBERS, "w:xz")),
        ("a.tar.zst", zstandard.compress(tarred(MEMBERS))),
        ("no ending", tarred(MEMBERS, "w:gz")),
        ("wrong.txt", zipped(MEMBERS)),
    ],
)
def test_members_are_read_as_files_are(name: str, data: bytes, tmp_path: Path) -> None:
    write(tmp_path / "set" / name, data)
    found = documents(tmp_path / "set")
    assert [piece.source.uri.removeprefix(f"set/{name}!/") for piece in pieces(found)] == [
        *("docs/notes.md", "docs/page.html", "paper"),
        *("rows.jsonl#row=1", "rows.jsonl#row=2", "rows.jsonl#row=3", "table.parquet#row=1", "table.parquet#row=2"),
        "old.txt",
    ]
    assert [piece.source.title for piece in pieces(found)][:3] == ["Herons", "Herons", "Second"]
    assert pieces(found)[-1].lineage[0]["reason"] == "encoding"
    told = {r.record.source.uri.removeprefix(f"set/{name}!/"): (r.reason, r.detail) for r in rejects(found)}
    assert told.pop("site/node_modules")[0] == "ignored"
    assert told.pop("picture.png")[0] == "unsuited_format"
    nested = ("unsuited_format", "an archive inside an archive; unpack it first")
    assert told == {"inner.zip": nested, "log.gz": nested}


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zstandard.compress),
    ],
)
def test_a_compressed_file_is_what_it_holds(suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    write(tmp_path / "set" / f"a.jsonl.{suffix}", pack(ROWS[:200]) + pack(ROWS[200:]))
    write(tmp_path / "set" / f"b.md.{suffix}", pack(f"# Title\n\n{TEXT}".encode()))
    write(tmp_path / "set" / f"c.{suffix}", pack(PAGE))
    found = documents(tmp_path / "set")
    assert not rejects(found)
    assert [piece.source.uri for piece in pieces(found)] == [
        *(f"set/a.jsonl.{suffix}#row={n}" for n in (1, 2, 3)),
        f"set/b.md.{suffix}",
        f"set/c.{suffix}",
    ]
    assert pieces(found)[-1].source.title == "Herons"


def test_an_archive_far_away() -> None:
    disk = fsspec.filesystem("memory")
    disk.pipe("/packed/a.zip", zipped({"a.md": TEXT.encode()}))
    disk.pipe("/packed/b.jsonl.gz", gzip.compress(ROWS))
    try:
        found = pieces(documents("memory://packed"))
        assert [p.source.uri for p in found[:2]] == [
            "memory:///packed/a.zip!/a.md",
            "memory:///packed/b.jsonl.gz#row=1",
        ]
    finally:
        disk.rm("/packed", recursive=True)


def crawl(kind: str, gzipped: bool) -> bytes:
    held = io.BytesIO()
    writer = WARCWriter(held, gzip=gzipped)

    def add(uri: str, mime: str, body: bytes, status: str = "200 OK") -> None:
        headers = (
            StatusAndHeaders(status, [("Content-Type", mime)], protocol="HTTP/1.1") if kind == "response" else None
        )
        writer.write_record(
            writer.create_warc_record(
                uri, kind, payload=io.BytesIO(body), http_headers=headers, warc_content_type="" if headers else mime
            )
        )

    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    if kind == "response":
        add("https://user:pass@example.org/a?id=1", "text/html; charset=iso-8859-1", PAGE.replace(b"forty", b"f\xfcnf"))
        add("https://example.org/gone", "text/html", b"<p>Not found</p>", "404 Not Found")
        add("https://example.org/b.png", "image/png", b"\x89PNG\r\n\x1a\n")
        add("https://example.org/rows", "application/octet-stream", PAGE.replace(b"forty", b"sixty"))
    else:
        add("https://example.org/a", "text/plain", TEXT.encode())
        add("https://example.org/b", "text/plain", ("B " + TEXT).encode())
    return held.getvalue()


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a"])
def test_pages_of_a_crawl(name: str, tmp_path: Path) -> None:
    write(tmp_path / "set" / name, crawl("response", name == "a.warc.gz"))
    found = documents(tmp_path / "set")
    assert [p.source.uri for p in pieces(found)] == [
        f"set/{name}!/https://example.org/a?id=1",
        f"set/{name}!/https://example.org/rows",
    ]
    assert "counted fünf herons" in pieces(found)[0].passage
    assert [(r.record.source.uri.rpartition("/")[2], r.reason) for r in rejects(found)] == [
        ("gone", "unsuited_format"),
        ("b.png", "unsuited_format"),
    ]


@pytest.mark.parametrize("name", ["a.wet", "a.warc.wet.gz"])
def test_texts_of_common_crawl(name: str, tmp_path: Path) -> None:
    write(tmp_path / "set" / name, crawl("conversion", name.endswith("gz")))
    assert [p.passage for p in pieces(documents(tmp_path / "set"))] == [TEXT.strip(), f"B {TEXT.strip()}"]


@pytest.mark.parametrize("name", ["mail.mbox", "mail", "mail.mbox.gz"])
def test_mails_of_a_mailbox(name: str, tmp_path: Path) -> None:
    begins = "From a@example.org Sat Jan  3 01:05:34 2026\n"
    mails = [MAIL, MAIL.replace("forty", "sixty") + "\n\n>From here on it rained.", MAIL + "x" * 30_000]
    data = "".join(f"{begins}{mail}\n\n" for mail in mails).encode()
    write(tmp_path / "set" / name, gzip.compress(data) if name.endswith("gz") else data)
    found = documents(tmp_path / "set", max_document_mb=0.02)
    assert [p.source.uri for p in pieces(found)] == [f"set/{name}#message=1", f"set/{name}#message=2"]
    assert "From here on it rained." in pieces(found)[1].passage and ">" not in pieces(found)[1].passage
    assert [r.reason for r in rejects(found)] == ["too_large"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.zip", zipped({f"{n}.txt": b"\0" * 8_000_000 for n in range(3)}), "zip_bomb"),
        ("a.jsonl.gz", gzip.compress(b" " * 30_000_000), "zip_bomb"),
        ("a.jsonl.zst", zstandard.compress(b"x" * 30_000_000), "zip_bomb"),
        ("a.tar.gz", gzip.compress(tarred({"a.jsonl": b" " * 30_000_000})), "zip_bomb"),
        ("a.md.gz", gzip.compress(b"word " * 400_000), "too_large"),
        ("a.zip", zipped({"a.md": b"word " * 400_000}), "too_large"),
    ],
)
def test_bombs_end_early_and_cost_no_memory(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    write(tmp_path / "set" / name, data)
    tracemalloc.start()
    found = documents(tmp_path / "set", max_document_mb=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {r.reason for r in rejects(found)} == {reason} and not pieces(found)
    assert peak < 15_000_000


def test_what_is_damaged_is_told_and_what_stands_before_it_is_read(tmp_path: Path) -> None:
    write(tmp_path / "set" / "a.jsonl.gz", gzip.compress(ROWS * 4000)[:-400])
    write(tmp_path / "set" / "b.tar.gz", tarred({"a.md": TEXT.encode(), "b.md": b"x" * 900_000}, "w:gz")[:-60])
    locked = bytearray(zipped({"a.md": b"locked", "b.md": f"other {TEXT}".encode()}))
    for mark in (b"PK\3\4", b"PK\1\2"):
        locked[locked.index(mark) + (6 if mark == b"PK\3\4" else 8)] |= 1
    write(tmp_path / "set" / "c.zip", bytes(locked))
    found = documents(tmp_path / "set")
    told = {r.record.source.uri: (r.reason, r.detail) for r in rejects(found) if r.reason != "duplicate"}
    assert told.pop("set/c.zip!/a.md") == ("broken", "locked with a password")
    assert {reason for reason, _ in told.values()} == {"broken"} and set(told) == {
        "set/a.jsonl.gz",
        "set/b.tar.gz",
        "set/b.tar.gz!/b.md",
    }
    assert all("from here on" in detail for _, detail in told.values())
    assert {p.source.uri for p in pieces(found)} > {"set/a.jsonl.gz#row=1", "set/b.tar.gz!/a.md", "set/c.zip!/b.md"}


def test_links_and_paths_in_archives_lead_nowhere(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        up = tarfile.TarInfo("../../up.txt")
        up.size = len(TEXT)
        archive.addfile(up, io.BytesIO(TEXT.encode()))
    write(tmp_path / "set" / "a.tar", held.getvalue())
    found = documents(tmp_path / "set")
    assert [p.source.uri for p in pieces(found)] == ["set/a.tar!/up.txt"]
    assert [(r.record.source.uri, r.reason) for r in rejects(found)] == [("set/a.tar!/link.txt", "symlink")]
    assert [p.name for p in tmp_path.rglob("*")] == ["set", "a.tar"]
