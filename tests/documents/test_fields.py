"""What stands in marked-up text for programs is left out, its title is kept, and files taken in are counted."""

from __future__ import annotations

import pytest

from tasks.documents.content import by_content
from tasks.documents.formats import by_name
from tasks.documents.markup import prose
from tasks.documents.worker import document

LONG = "Bees swarm on warm days in May, and a swarm hangs on a branch for an hour."

RST = f""".. A comment
   over two lines.

:orphan:

.. _bees:

====
Bees
====

{LONG}

.. toctree::
   :maxdepth: 2

   one

.. note::

   Keep the note.

.. code-block:: python

   x = 1

.. include:: other.rst

.. image:: x.png
   :alt: bees

.. [1] A footnote.
"""
ADOC = f"""= Bees
A. Low <a@example.org>
:toc:
:hive-name: Langstroth
// GONE

== Swarm

{LONG} The {{hive-name}} hive. {{unknown}}

include::other.adoc[]
image::x.png[]
ifdef::x[]

////
GONE
////

[source,ruby]
----
puts 1 // kept
----
"""
ORG = f"""#+TITLE: Bees
#+AUTHOR: GONE
#+INCLUDE: "other.org"
# GONE
* Swarm
:PROPERTIES:
:ID: GONE
:END:
{LONG}
#+BEGIN_SRC python
x = 1
#+END_SRC
"""


def test_rst() -> None:
    reading = prose(RST, "rst")
    assert reading.title == "Bees" and [note.reason for note in reading.notes] == ["not_followed"]
    kept = [
        "====\nBees\n====",
        LONG,
        ".. note::",
        "   Keep the note.",
        ".. code-block:: python",
        "   x = 1",
        ".. [1] A footnote.",
    ]
    assert [part.strip("\n") for part in reading.text.split("\n\n") if part.strip()] == kept


def test_asciidoc() -> None:
    reading = prose(ADOC, "adoc")
    assert reading.title == "Bees" and [note.reason for note in reading.notes] == ["not_followed"]
    kept = [
        "= Bees",
        "== Swarm",
        f"{LONG} The Langstroth hive. {{unknown}}",
        "[source,ruby]\n----\nputs 1 // kept\n----",
    ]
    assert [part.strip("\n") for part in reading.text.split("\n\n") if part.strip()] == kept


def test_org() -> None:
    reading = document(ORG.encode(), by_name("a.org").detail, 10_000)
    assert reading.title == "Bees" and [note.reason for note in reading.notes] == ["not_followed"]
    assert reading.text.strip() == f"# Swarm\n\n{LONG}\n\n```python\nx = 1\n```"


@pytest.mark.parametrize(
    "head",
    [
        '{\n  "title": "Bees",\n  "tags": []\n}\n',
        "Title: Bees\nDate: 2020-01-01\nTags: a,\n  b\n",
        "Date: 1\nTitle: Bees\n",
    ],
)
def test_fields_of_markdown(head: str) -> None:
    reading = prose(f"{head}\n{LONG}\n", "md")
    assert (reading.title, reading.text.strip()) == ("Bees", LONG)


@pytest.mark.parametrize(
    "text", ["Note: this is prose.\n\nMore.\n", '{\n "a": 1,\n}\n\nMore.\n', "Titled: so\n\nMore.\n"]
)
def test_text_that_only_looks_like_fields(text: str) -> None:
    assert prose(text, "md").text == text


PAGE = f"<nav><a href='/'>MENU</a></nav><div><h1>Bees</h1><p>{LONG}</p><p>{LONG}</p></div>"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("light", f"<div class='x'>{PAGE}</div>"),
        ("page.aspx", f"<!-- saved from url=(0014)about:internet -->\n<html>{PAGE}"),
        ("a.txt", f"<head><title>x</title></head><body>{PAGE}"),
        ("a.xml", f'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body>{PAGE}</body></html>'),
        ("a.txt", f"\ufeff<html>{PAGE}".encode("utf-16-le")),
    ],
)
def test_pages_under_other_names(name: str, page: str | bytes) -> None:
    data = page if isinstance(page, bytes) else page.encode()
    form = by_content(data, by_name(name))
    assert form == by_name("a.html")
    assert document(data, form.detail, 10_000).text.split() == f"# Bees {LONG} {LONG}".split()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "<h1 align='center'>Tool</h1>\n<p>A</p><p>B</p><p>C</p>\n\n## Install\n"),
        ("a.xml", "<?xml version='1.0'?><notes><p>a</p></notes>"),
        ("notes", "<p> is the tag of a paragraph."),
    ],
)
def test_what_is_no_page(name: str, text: str) -> None:
    assert by_content(text.encode(), by_name(name)) != by_name("a.html")


def test_a_page_saved_with_its_pictures() -> None:
    head = "From: <Saved by Blink>\r\nSubject: Bees\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n"
    page = f"--b\r\nContent-Type: text/html\r\n\r\n<html><body>{PAGE}</body></html>\r\n"
    more = "--b\r\nContent-Type: text/css\r\n\r\nbody{}\r\n--b\r\nContent-Type: image/png\r\n\r\nxx\r\n--b--\r\n"
    for name in ("a.mhtml", "a.html"):
        data = f"{head}\r\n{page}{more}".encode()
        reading = document(data, by_content(data, by_name(name)).detail, 10_000)
        assert (reading.title, reading.notes) == ("Bees", ())
        assert reading.text.split() == f"# Bees {LONG} {LONG}".split()
