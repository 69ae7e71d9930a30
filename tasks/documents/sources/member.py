"""A document inside a file that holds many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from tasks.documents.formats import Format


@dataclass(frozen=True, slots=True)
class Member:
    """A document inside a file: to be read before the next is asked for, or with the problem that it has."""

    place: str
    """What its uri has after that of the file: `!/` and its name there, or `#message=` and its number."""
    form: Format
    """What its name, or what the file says of it, tells."""
    stream: BinaryIO | None = None
    problem: tuple[str, str] | None = None
