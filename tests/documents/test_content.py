"""What a file holds decides how it is read, whatever it is called; what is for programs stays out of its text."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from tasks.documents import Document, read
from tasks.documents.content import by_content
from tasks.documents.discover import Found, discover
from tasks.documents.formats import by_mime, by_name
from tasks.documents.markup import prose, without_blobs
from tasks.documents.sources.stream import HEAD
from tasks.settings import Settings

PROSE = " ".join(
    f"The keeper walked to the lamp at {n} minutes past the hour and found its glass clean." for n in range(8)
)
PAGE = (
    f"<!DOCTYPE html><html><head><title>Light</title><script>track()</script></head><body><p>{PROSE}</p></body></html>"
)
MAIL = f"Message-ID: <1@example.org>\nFrom: keeper@example.org\nDate: Mon, 4 May 2026 10:00:00 +0000\nSubject: Lamp\n\n{PROSE}\n"
BLOB = base64.b64encode(random.Random(3).randbytes(3_000)).decode()


def documents(folder: Path) -> list[Document]:
    return list(read(discover([str(folder)]), Settings(), kinds=("text",), skill="s"))


@pytest.mark.parametrize(
    ("name", "content", "kept", "left_out"),
    [
        ("page.txt", PAGE, "found its glass clean", "track()"),
        ("page", f"\n <!-- saved -->\n{PAGE}", "found its glass clean", "track()"),
        ("page.doc", PAGE, "found its glass clean", "<p>"),
        ("letter", MAIL, "found its glass clean", "Message-ID"),
        ("letter.txt", MAIL, "found its glass clean", "Message-ID"),
        ("report.doc", "{\\rtf1\\ansi " + PROSE + "\\par}", "found its glass clean", "\\par"),
        (
            "paper.txt",
            f"\\documentclass{{article}}\n\\begin{{document}}\n{PROSE}\n\\end{{document}}\n",
            "glass clean",
            "\\begin",
        ),
        ("notes.docx", PROSE, "found its glass clean", "PK"),
    ],
)
def test_content_decides(tmp_path: Path, name: str, content: str, kept: str, left_out: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / name).write_text(content)
    [document] = documents(tmp_path / "set")
    assert document.reject is None, document.reject and document.reject.detail
    text = "".join(piece.passage for piece in document.pieces)
    assert kept in text and left_out not in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("tool", b"\x7fELF" + b"\2" * 100),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / name).write_bytes(content)
    [document] = documents(tmp_path / "set")
    assert document.reject and document.reject.reason == "unsuited_format"


@pytest.mark.parametrize(
    "text",
    [
        "From: the beginning it was clear that nothing would come of it.\n\nDate: none.",
        "Subject: verb\nObject: noun\nFrom: here on, the table.\n",
        "<h1 align=center>A read-me in Markdown</h1>\n\nText.",
        "The page begins with <html> in its second line.",
    ],
)
def test_a_text_that_only_looks_like_it_stays_a_text(text: str) -> None:
    assert by_content(text.encode(), by_name("a.md")) == by_name("a.md")


def test_a_script_keeps_its_kind_and_an_address_has_what_its_server_says() -> None:
    assert by_content(b"#!/bin/sh\necho", by_name("run")).kind == "code"
    assert by_content(PAGE.encode()[:HEAD], by_name("view.php")).kind == "code"
    assert by_mime("text/html; charset=utf-8") == by_name("a.html")
    assert by_mime("application/octet-stream").reader == "sniff"


def test_a_page_at_an_address_without_ending_is_read_as_a_page() -> None:
    class Far:
        def open(self, path: str, mode: str) -> object:
            import io

            return io.BytesIO(f"<p>{PROSE}</p><script>track()</script>".encode())

    found = Found("http://h/light", "http://h/light", 10, Far(), mime="text/html; charset=utf-8")
    [document] = read([found], Settings(), kinds=("text",), skill="s")
    assert "glass clean" in document.pieces[0].passage and "track" not in document.pieces[0].passage


# Inside of texts


def test_front_matter_gives_the_title_and_is_left_out() -> None:
    for front in ('---\ntitle: "Keeping: the light"\ntags: [a, b]\n---\n', '+++\ntitle = "Keeping: the light"\n+++\n'):
        assert prose(f"{front}\n# Light\n\n{PROSE}", "md")[:2] == (f"\n# Light\n\n{PROSE}", "Keeping: the light")
    for kept in (f"---\n\n{PROSE}\n\n---\n\n{PROSE}", f"---\n- one\n- two\n---\n{PROSE}", "Text\n---\ntitle: x\n---\n"):
        assert prose(kept, "txt") == (kept, "", ())


def test_statements_and_tags_of_mdx_are_left_out_but_not_those_in_code() -> None:
    text = (
        "import Tabs from '@theme/Tabs';\nimport {Callout} from 'x'\n\nexport const meta = {\n  x: 1,\n}\n\n# Light\n\n"
        f"<Callout type='warning'>\n\n{PROSE}\n\n</Callout>\n\n```js\nimport a from 'a'\n```\n\nWe import lamps.\n"
    )
    said = prose(text, "mdx").text
    assert "@theme" not in said and "meta" not in said and "Callout" not in said
    assert PROSE in said and "import a from 'a'" in said and "We import lamps." in said


def test_encoded_data_never_reaches_a_teacher_and_is_counted() -> None:
    text = (
        f"{PROSE}\n\n![The lamp room](data:image/png;base64,{BLOB})\n\n[fig]: data:image/png;base64,{BLOB[:500]}\n\n"
        f"<img src='data:image/gif;base64,{BLOB[:90]}'>\n\n" + "\n".join(BLOB[at : at + 76] for at in range(0, 760, 76))
    )
    said, notes = without_blobs(text)
    assert PROSE in said and "The lamp room" in said
    assert all(BLOB[at : at + 40] not in said for at in range(0, 3_000, 40))
    assert (
        notes[0].reason == "encoded_data"
        and notes[0].detail == f"{len(text) - len(said):,} characters of encoded data left out"
    )


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "a" * 400,
        "=" * 300,
        "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
        "https://example.org/" + "a-long-path/with.many.parts/" * 12,
        "ACGT" * 100,
    ],
)
def test_long_words_rules_and_addresses_are_no_encoded_data(text: str) -> None:
    assert without_blobs(text) == (text, ())
