"""Where sources say they come from: no two pages share an address, and none that a program adds stands out by its form."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote

from tasks.text.words import words

_WEB = ("http://", "https://")
_LONGEST = 6
"""Words of a title that its address has."""


def place_of(uri: str) -> str:
    """An address as it is; of a file the name alone, for its folder is nobody's business."""
    return uri if uri.startswith(_WEB) else unquote(PurePosixPath(uri).name) or "document"


def address(title: str, like: str, taken: set[str]) -> str:
    """An address of its own for a page of this title, of the form that another source's address has; `taken` gets it too."""
    path = like.partition("#")[0].partition("?")[0]
    folder, _, last = path.rpartition("/")
    if folder in ("http:/", "https:/"):  # a host alone
        folder, last = path, ""
    stem, ending = PurePosixPath(last).stem, PurePosixPath(last).suffix
    joint = max("_- ", key=stem.count) if any(mark in stem for mark in "_- ") else "-" if like.startswith(_WEB) else "_"
    name = joint.join(words(title)[:_LONGEST]) or "page"
    if stem and stem[0].isupper():
        name = name[0].upper() + name[1:]
    if not ending and not like.startswith(_WEB):
        ending = ".txt"
    known = {each.casefold() for each in taken}
    numbers = ("", *(f"{joint}{n}" for n in range(2, len(taken) + 3)))
    made = (f"{folder}/{name}{number}{ending}".lstrip("/") for number in numbers)
    found = next(each for each in made if each.casefold() not in known)
    taken.add(found)
    return found
