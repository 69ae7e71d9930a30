"""What pdfium finds on a page: runs of characters with their place, in the order in which they are drawn."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

_HYPHENS = "\u0002\ufffe"
_LEAST_HEIGHT = 2.0
"""Points; what is smaller is there for programs and not for people."""
_FIXED_PITCH, _BOLD = 1, 600
Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""
_COMPOSED = (("\ufb00", "\ufb06"), ("\ufb1d", "\ufdff"), ("\ufe70", "\ufefc"))


@dataclass(slots=True)
class Run:
    """Characters drawn side by side; places in points, `y` upwards; a soft hyphen at its end stays as U+00AD."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool = False
    fixed: bool = False
    upright: bool = True
    """False for a line that is written upwards, downwards or at a slant."""

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def leftwards(self) -> bool:
        """Whether most of its letters belong to a script that is written from right to left."""
        if self.text.isascii():
            return False
        kinds = [unicodedata.bidirectional(c) for c in self.text]
        return sum(kind in {"R", "AL"} for kind in kinds) > kinds.count("L")


@dataclass(frozen=True, slots=True)
class Page:
    """The runs of a page as it is shown, its height in points, and how many of its characters stand for no letter."""

    runs: list[Run]
    height: float
    characters: int = 0
    unmapped: int = 0


def page_of(page: Any) -> Page:
    """What is to be seen on a pypdfium2 page; a wide gap, a step back or another line begins a new run."""
    text = page.get_textpage()
    width, height = page.get_size()
    try:
        found = [run for run in _runs(text.raw, text.count_chars(), _turned(page)) if run.text.strip()]
    finally:
        text.close()
    runs = [run for run in found if _seen(run, width, height)]
    characters = "".join(run.text for run in runs)
    unmapped = characters.count("\ufffd") + sum("\ue000" <= c <= "\uf8ff" for c in characters)
    return Page(runs, height, len(characters), unmapped)


def _seen(run: Run, width: float, height: float) -> bool:
    """Whether a run lies on the page and is large enough to be read."""
    across = (run.left + run.right) / 2
    return -1 < across < width + 1 and -1 < run.middle < height + 1 and run.top - run.bottom > _LEAST_HEIGHT


def _turned(page: Any) -> Callable[[pdfium.FS_RECTF], Box]:
    """Places on the page as it is shown: a part of the paper may be, and it may be turned by quarters."""
    left, bottom, right, top = page.get_cropbox()
    turn = page.get_rotation()
    if turn == 90:
        return lambda box: (box.bottom - bottom, box.top - bottom, right - box.right, right - box.left)
    if turn == 180:
        return lambda box: (right - box.right, right - box.left, top - box.top, top - box.bottom)
    if turn == 270:
        return lambda box: (top - box.top, top - box.bottom, box.left - left, box.right - left)
    return lambda box: (box.left - left, box.right - left, box.bottom - bottom, box.top - bottom)


def _runs(text: Any, count: int, turned: Callable[[pdfium.FS_RECTF], Box]) -> Iterator[Run]:
    rectangle = pdfium.FS_RECTF()
    place = ctypes.byref(rectangle)
    unicode, loose = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    run: Run | None = None
    last: Box = (0.0, 0.0, 0.0, 0.0)
    slanted = False
    for index in range(count):
        code = unicode(text, index)
        character = chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd"
        if character in "\r\n":
            if run:
                yield run
            run = None
            continue
        character = "\u00ad" if character in _HYPHENS else character
        loose(text, index, place)
        box = turned(rectangle)
        if character.isspace() or box[1] <= box[0] or box[3] <= box[2]:
            if run and not run.text.endswith(" "):
                run.text += " "  # its place says nothing
            continue
        if run:
            if run.upright and run.text.strip() and _vertical(last, box) and len(run.text.strip()) == 1:
                run.upright = False
            if not (_follows(run, box) if run.upright else _vertical(last, box) or (slanted and _close(last, box))):
                yield run
                run = None
        if run is None:
            run = Run("", *box, _size(text, index, box[3] - box[2]), *_style(text, index))
            slanted = _slanted(text, index)
            run.upright = not slanted
        run.text += unicodedata.normalize("NFKC", character) if _composed(character) else character
        run.left, run.right = min(run.left, box[0]), max(run.right, box[1])
        if not run.upright:
            run.bottom, run.top = min(run.bottom, box[2]), max(run.top, box[3])
        elif box[3] - box[2] > run.top - run.bottom:
            run.bottom, run.top = box[2], box[3]
        last = box
    if run:
        yield run


def _follows(run: Run, box: Box) -> bool:
    """Whether a character goes on with a run: on its base line and near, on either side."""
    left, right, bottom, top = box
    height = max(top - bottom, run.top - run.bottom)
    gap = max(left - run.right, run.left - right)
    back = run.text.endswith(" ") and run.right - left > 0.5 * height and left <= run.left + 0.1 and run.text.isascii()
    return gap <= 0.5 * height and abs((bottom + top) / 2 - run.middle) <= 0.45 * height and not back


def _slanted(text: Any, index: int) -> bool:
    """Whether a character is turned by anything but quarters, as in a stamp across the page."""
    angle = math.degrees(pdfium.FPDFText_GetCharAngle(text, index)) % 90
    return 8 < angle < 82


def _close(last: Box, box: Box) -> bool:
    size = max(last[1] - last[0], last[3] - last[2], box[1] - box[0], box[3] - box[2])
    return abs(last[0] + last[1] - box[0] - box[1]) < 3 * size and abs(last[2] + last[3] - box[2] - box[3]) < 3 * size


def _vertical(last: Box, box: Box) -> bool:
    """Whether a character stands above or below the last one, as in a line that is turned."""
    across = min(last[1], box[1]) - max(last[0], box[0])
    width = min(last[1] - last[0], box[1] - box[0])
    apart = max(box[2] - last[3], last[2] - box[3])
    shifted = abs((box[2] + box[3]) - (last[2] + last[3])) / 2
    return across > 0.6 * width and apart < 1.5 * width and shifted > 0.05 * width


def _size(text: Any, index: int, height: float) -> float:
    """The height of the type in points; the nominal size is 1 where a matrix scales it."""
    size = float(pdfium.FPDFText_GetFontSize(text, index))
    return round(size if size > 2 else height, 1)


def _style(text: Any, index: int) -> tuple[bool, bool]:
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(80)
    pdfium.FPDFText_GetFontInfo(text, index, name, 80, ctypes.byref(flags))
    told = name.value.lower()
    bold = pdfium.FPDFText_GetFontWeight(text, index) >= _BOLD or b"bold" in told or b"black" in told
    fixed = bool(flags.value & _FIXED_PITCH) or any(mark in told for mark in (b"mono", b"courier", b"cmtt", b"consol"))
    return bold, fixed


def _composed(character: str) -> bool:
    """Ligatures and the shapes of Arabic letters, which are no letters of their own."""
    return character >= "\ufb00" and any(first <= character <= last for first, last in _COMPOSED)
