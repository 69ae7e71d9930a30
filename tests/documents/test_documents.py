"""Documents become records: what is found, how it is read, where it is cut."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.documents import Document, read
from tasks.documents.discover import NothingToRead, discover
from tasks.records import identified
from tasks.settings import Settings
from tests.documents.written import KINDS, TEXT, documents, pieces, rejects, write

# What is found


def test_a_folder_gives_its_visible_files_in_order_of_uri(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.rst", ".hidden.txt", ".git/config.txt", "c.py"):
        write(tmp_path / "set" / name, TEXT + name)
    found = documents(tmp_path / "set")
    assert [p.source.uri for p in pieces(found)] == ["set/a/b/c.rst", "set/a/z.md", "set/b.txt", "set/c.py"]
    assert [p.source.kind for p in pieces(found)] == ["text", "text", "text", "code"]
    assert not rejects(found)


def test_uris_below_the_working_directory_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "here" / "docs" / "a.txt")
    write(tmp_path / "elsewhere" / "b.txt", TEXT + "b")
    monkeypatch.chdir(tmp_path / "here")
    assert [p.source.uri for p in pieces(documents("docs"))] == ["docs/a.txt"]
    assert [p.source.uri for p in pieces(documents("."))] == ["docs/a.txt"]
    assert [p.source.uri for p in pieces(documents(tmp_path / "here" / "docs" / "a.txt"))] == ["docs/a.txt"]
    assert [p.source.uri for p in pieces(documents("../elsewhere"))] == ["elsewhere/b.txt"]
    assert [p.source.uri for p in pieces(documents(f"file://{tmp_path}/elsewhere/b.txt"))] == ["b.txt"]


def test_patterns(tmp_path: Path) -> None:
    for name in ("a.md", "b.txt", "sub/c.md", "sub/deep/d.md", ".h/e.md", "sub/.f.md"):
        write(tmp_path / "set" / name, TEXT + name)

    def uris(pattern: str) -> list[str]:
        return [p.source.uri for p in pieces(documents(tmp_path / "set" / pattern))]

    assert uris("*.md") == ["set/a.md"]
    assert uris("**/*.md") == ["set/a.md", "set/sub/c.md", "set/sub/deep/d.md"]
    assert uris("s*") == ["set/sub/c.md", "set/sub/deep/d.md"]
    assert uris("**") == ["set/a.md", "set/b.txt", "set/sub/c.md", "set/sub/deep/d.md"]
    assert uris("[ab].*") == ["set/a.md", "set/b.txt"]
    assert uris(".h/*.md") == [".h/e.md"]
    write(tmp_path / "set" / "x[1].txt", TEXT + "literal")
    assert uris("x[1].txt") == ["x[1].txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "set" / "a.txt")
    assert len(documents(path, tmp_path / "set", tmp_path / "set" / "*.txt")) == 1


def test_links_are_never_followed_out_and_loops_end(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret.txt")
    write(tmp_path / "set" / "a.txt", TEXT + "a")
    (tmp_path / "set" / "up").symlink_to("..")
    (tmp_path / "set" / "here").symlink_to(".")
    (tmp_path / "set" / "self").symlink_to("self")
    (tmp_path / "set" / "out.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (tmp_path / "set" / "again.txt").symlink_to("a.txt")
    (tmp_path / "set" / "gone.txt").symlink_to("nowhere")
    for uri in ("set", "set/**"):
        found = documents(tmp_path / uri)
        assert [p.source.uri for p in pieces(found)] == ["set/a.txt"], uri
        assert {r.record.source.uri: r.reason for r in rejects(found)}["set/self"] == "symlink_loop"
    found = documents(tmp_path / "set")
    assert {r.record.source.uri: r.reason for r in rejects(found)} == {
        "set/up": "symlink",
        "set/out.txt": "symlink",
        "set/self": "symlink_loop",
        "set/gone.txt": "not_found",
    }


def test_a_named_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt")
    (tmp_path / "alias").symlink_to("real")
    assert [p.source.uri for p in pieces(documents(tmp_path / "alias"))] == ["alias/a.txt"]


def test_names_that_are_no_unicode_make_valid_uris(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\n.txt"
    with open(raw, "wb") as stream:
        stream.write(TEXT.encode())
    (piece,) = pieces(documents(tmp_path))
    assert piece.source.uri.endswith("caf\ufffd\ufffd.txt")
    piece.source.uri.encode()


def test_fsspec_urls() -> None:
    disk = fsspec.filesystem("memory")
    disk.pipe("/docs/a.txt", TEXT.encode())
    disk.pipe("/docs/sub/b.jsonl", b'{"text": "one two three four"}\n')
    disk.pipe("/docs/.hidden/c.txt", TEXT.encode())
    disk.pipe("/docs/big.txt", b"x " * 600_000)
    try:
        found = documents("memory://docs", max_document_mb=1)
        assert [p.source.uri for p in pieces(found)] == ["memory:///docs/a.txt", "memory:///docs/sub/b.jsonl#row=1"]
        assert [(r.record.source.uri, r.reason) for r in rejects(found)] == [("memory:///docs/big.txt", "too_large")]
        assert len(pieces(documents("memory://docs/**/*.jsonl"))) == 1
        with pytest.raises(NothingToRead, match="memory://nowhere"):
            documents("memory://nowhere/x.txt")
    finally:
        disk.rm("/docs", recursive=True)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("nosuch://host/file.txt", "nosuch://host/file.txt"),
        ("ftp://user:hunter2@127.0.0.1:1/a.txt", "ftp://127.0.0.1:1/a.txt"),
    ],
)
def test_a_url_that_cannot_be_opened_is_named_without_credentials(url: str, shown: str) -> None:
    with pytest.raises(NothingToRead) as caught:
        documents(url)
    assert shown in str(caught.value) and "hunter2" not in str(caught.value)


def test_nothing_to_read_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "hidden" / ".a.txt")
    gone, empty, hidden = tmp_path / "gone.txt", tmp_path / "empty", tmp_path / "hidden"
    for uris in ([], [""], [gone], [empty], [hidden], [tmp_path / "*.nope"], [gone, empty]):
        with pytest.raises(NothingToRead) as caught:
            read(discover([str(u) for u in uris]), Settings(), kinds=KINDS, skill="skill")
        assert all(str(u) in str(caught.value) for u in uris)
    write(tmp_path / "a.txt")
    found = documents(gone, empty, tmp_path / "a.txt")
    assert len(pieces(found)) == 1
    assert [(r.record.source.uri, r.reason) for r in rejects(found)] == [
        ("empty", "not_found"),
        ("gone.txt", "not_found"),
    ]


# Records


def test_a_record_names_its_source_and_has_the_id_of_its_content(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", f"\ufeff\r\n# Herons #\r\n\r\n{TEXT}  \r\n\r\n\r\n\r\n\r\nEnd of it.\x00"[:-1])
    (piece,) = pieces(documents(path))
    text = f"# Herons #\n\n{TEXT.strip()}\n\n\nEnd of it."
    assert piece.passage == text
    assert (piece.source.kind, piece.source.title, piece.skill) == ("text", "Herons", "skill")
    assert (piece.source.start, piece.source.end) == (0, len(text))
    assert piece == identified(piece) and piece.id
    other = write(tmp_path / "elsewhere.md", text)
    assert pieces(documents(other))[0].source.id == piece.source.id


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / f"{number}.txt", f"{TEXT * 40}{number}")
    first = documents(tmp_path, chunk_words=100, chunks_per_document=2)
    assert first == documents(tmp_path, chunk_words=100, chunks_per_document=2)
    assert all(len(d.pieces) == 2 and d.pieces[0].source.start < d.pieces[1].source.start for d in first)
    assert len({d.pieces[0].source.start for d in first}) > 1


def test_limit_counts_usable_documents(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "short")
    for number in range(5):
        write(tmp_path / f"b{number}.txt", f"{TEXT}{number}")
    found = documents(tmp_path, limit=2)
    assert [bool(d.reject) for d in found] == [True, False, False]


def test_encodings(tmp_path: Path) -> None:
    for name, encoding in (("a", "utf-8"), ("b", "utf-8-sig"), ("c", "utf-16"), ("d", "utf-32")):
        write(tmp_path / f"{name}.txt", f"Über den Fluß {name}. 東京の川".encode(encoding))
    write(tmp_path / "e.txt", b"\xfe\xff" + "Über den Fluß e. 東京の川".encode("utf-16-be"))
    assert [p.passage for p in pieces(documents(tmp_path))] == [f"Über den Fluß {n}. 東京の川" for n in "abcde"]


def test_code_keeps_its_indentation(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "    if x:\n\treturn 1   \n" + "y = 2\n" * 10)
    assert pieces(documents(tmp_path))[0].passage.startswith("    if x:\n\treturn 1\ny = 2")
    write(tmp_path / "run", "#!/bin/sh\necho one two three\n")
    assert [p.source.kind for p in pieces(documents(tmp_path))] == ["code", "code"]


def test_an_api_description_is_kept_whole(tmp_path: Path) -> None:
    paths = {f"/herons/{n}": {"get": {"summary": f"Heron number {n}", "responses": {"200": {}}}} for n in range(20)}
    api = {"openapi": "3.1.0", "info": {"title": "Herons", "version": "1"}, "paths": paths}
    write(tmp_path / "minified.json", json.dumps(api))
    write(
        tmp_path / "swagger.yaml", "swagger: '2.0'\ninfo: {title: Shores}\npaths:\n  /shore:\n    get: {summary: one}\n"
    )
    found = pieces(documents(tmp_path, chunk_words=100))
    assert [(p.source.kind, p.source.title) for p in found] == [("api", "Herons"), ("api", "Shores")]
    assert json.loads(found[0].passage) == api and found[0].passage.count("\n") > 50


# Rows


def test_rows_of_every_format(tmp_path: Path) -> None:
    table = {"text": [f"{TEXT}{n}" for n in range(1000)], "title": [f"T{n}" for n in range(1000)]}
    write(tmp_path / "a.jsonl", "".join(json.dumps({"text": f"{t} j", "title": "x"}) + "\n" for t in table["text"][:3]))
    write(tmp_path / "b.csv", 'title,text\r\nA,"one, two\nthree four"\r\nB,five six "seven" eight\r\n')
    write(tmp_path / "c.tsv", "text\tother\none two three tab\tx\n")
    write(tmp_path / "d.csv", "text;other\none two three semicolon;x\n")
    pq.write_table(pa.table(table), tmp_path / "e.parquet", row_group_size=100)
    found = pieces(documents(tmp_path))
    assert [p.source.uri.rpartition("/")[2] for p in found[:7]] == [
        "a.jsonl#row=1",
        "a.jsonl#row=2",
        "a.jsonl#row=3",
        "b.csv#row=1",
        "b.csv#row=2",
        "c.tsv#row=1",
        "d.csv#row=1",
    ]
    assert [p.passage for p in found[3:7]] == [
        "one, two\nthree four",
        'five six "seven" eight',
        "one two three tab",
        "one two three semicolon",
    ]
    assert [(p.passage, p.source.title) for p in found[7:]] == list(zip(table["text"], table["title"], strict=True))
    assert {p.source.kind for p in found} == {"text"}


def test_the_text_column_is_a_setting(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", '{"body": "one two three"}\n\n{"body": "four five six", "title": 3}\n')
    found = pieces(documents(tmp_path, text_column="body"))
    assert [(p.passage, p.source.uri[-6:], p.source.title) for p in found] == [
        ("one two three", "#row=1", ""),
        ("four five six", "#row=3", ""),
    ]


def test_utf16_rows(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "title,text\nÄ,ein zwei drei\n".encode("utf-16"))
    write(tmp_path / "b.jsonl", '{"text": "vier fünf sechs"}\n'.encode("utf-8-sig"))
    assert [p.passage for p in pieces(documents(tmp_path))] == ["ein zwei drei", "vier fünf sechs"]


# Foreign formats

PAGE = """<html><head><title>Herons &amp; shores</title><style>p{}</style><script>var secret = 1;</script></head><body>
<nav><a href="/">Home</a></nav><h1>Herons</h1><p>The <a href="https://x.example/y">survey</a> counted 5 * 8 snake_case
birds on the <b>northern</b> shore.</p><img src="data:image/png;base64,AAAA" alt="bird">
<table><tr><th>Shore</th><th>Birds</th></tr><tr><td>North</td><td>40</td></tr></table>
<pre><code>x = a\\*b[1](2)</code></pre><p>Tide \\(t_1\\) at the caf\u00e9.</p></body></html>"""


def docx(*paragraphs: str) -> bytes:
    names = "http://schemas.openxmlformats.org"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    word = f"{names}/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    kind = f"{names}/officeDocument/2006/relationships/officeDocument"
    relation = f'<Relationship Id="r" Type="{kind}" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{names}/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{names}/package/2006/relationships">{relation}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_html_is_cleaned(tmp_path: Path) -> None:
    write(tmp_path / "a.html", PAGE)
    (piece,) = pieces(documents(tmp_path))
    assert piece.source.title == "Herons & shores"
    assert piece.passage.startswith("# Herons\n\nThe survey counted 5 * 8 snake_case\nbirds on the **northern** shore.")
    assert "| North | 40    |" in piece.passage and "x = a\\*b[1](2)" in piece.passage
    assert "Tide \\(t_1\\) at the caf\u00e9." in piece.passage
    for noise in ("Home", "secret", "https", "base64", "title:"):
        assert noise not in piece.passage


def test_html_in_its_declared_encoding(tmp_path: Path) -> None:
    write(tmp_path / "a.html", '<meta charset="iso-8859-1"><p>Über den Fluß hinweg</p>'.encode("latin-1"))
    write(tmp_path / "b.htm", "<p>Über den Fluß zurück</p>".encode("utf-16"))
    write(tmp_path / "c.htm", "<p>Über den Fluß geraten</p>".encode("latin-1"))
    write(tmp_path / "d.htm", '<meta charset="utf-8"><p>Über den Fluß gefahren</p>'.encode("latin-1"))
    found = documents(tmp_path)
    read = ["Über den Fluß hinweg", "Über den Fluß zurück", "Über den Fluß geraten"]
    assert [p.passage for p in pieces(found)] == read
    assert [r.reason for r in rejects(found)] == ["wrong_encoding"]


def test_office_mail_and_notebooks(tmp_path: Path) -> None:
    write(tmp_path / "a.docx", docx("Minutes of the meeting", "The board agreed on 5 * 3 days."))
    write(tmp_path / "b.eml", "From: a@example.org\nSubject: Minutes\n\nThe board agreed on eight days.\n")
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Count\n", "Forty herons."]}]
    write(tmp_path / "c.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    write(tmp_path / "d.rtf", "{\\rtf1\\ansi The board agreed on nine days.\\par}")
    passages = [p.passage for p in pieces(documents(tmp_path))]
    assert passages[0] == "Minutes of the meeting\n\nThe board agreed on 5 * 3 days."
    assert "The board agreed on eight days." in passages[1]
    assert passages[2].split() == ["#", "Count", "Forty", "herons."]
    assert passages[3] == "The board agreed on nine days."


def test_the_examples_are_readable() -> None:
    folder = Path(__file__).parents[2] / "examples" / "documents"
    if not folder.is_dir():
        pytest.skip("no examples here")
    assert not rejects(documents(folder, min_words=40))


def test_a_worker_is_kept_and_works_in_any_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        write(tmp_path / f"{number}.html", f"<p>{TEXT}{number}</p>")
    started: list[object] = []
    popen = subprocess.Popen

    def spy(*args: object, **kwargs: object) -> object:
        started.append(args)
        return popen(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", spy)
    results: list[list[Document]] = []
    thread = threading.Thread(target=lambda: results.append(documents(tmp_path)))
    thread.start()
    thread.join()
    assert len(pieces(results[0])) == 4 and len(started) == 1


def test_the_worker_sees_no_secrets_and_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from tasks.documents.extract import Extractor\n"
        "e = Extractor(5, 10**6); e.extract('document', b'<p>x</p>', 'text/html')\n"
        "pid = e._process.pid\n"
        "print(pid, b'hunter2' in open(f'/proc/{pid}/environ', 'rb').read(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "OPENAI_API_KEY": "hunter2"}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    pid, leaked = done.stdout.split()
    assert leaked == "False"
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")
