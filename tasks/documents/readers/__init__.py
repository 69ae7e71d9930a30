"""Readers of our own, used by the worker where kreuzberg's Markdown loses or garbles what a file holds."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """What a reading left out of a document that is used all the same: a short snake_case word, and a sentence with a number."""

    reason: str
    detail: str


AS_MEANT = frozenset({"page_parts", "encoding", "encoded_data", "long_lines"})
"""Notes on what is done by rule, to many documents: nothing that a reader would miss."""


class Reading(NamedTuple):
    """Text, as light Markdown, and title of a document, and what is missing from it."""

    text: str
    title: str = ""
    notes: tuple[Note, ...] = ()


class Unusable(Exception):
    """Reason and detail of a reject; never text of the document."""
