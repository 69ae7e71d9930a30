"""Text of strangers made plain: no control characters, no markup, no more than so much of it. Takes linear time on any input."""

from __future__ import annotations

import html
import re

# Controls but newline and tab; marks that turn or hide text; lone surrogates; tag characters.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n\s*\n")
_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|d[dlt]|details|div|fieldset|fig(caption|ure)|footer|form|h[1-6]|head(er)?|hr|html"
    "|legend|li|main|nav|[ou]l|option|p|pre|section|select|summary|table|t[dhr]|title"
)
_NAME = re.compile(r"/?([a-z][a-z0-9]*)")


def visible_text(text: str, most: int) -> str:
    """The text without what does not show, spaces and blank lines drawn together, cut at `most` characters."""
    shown = _HIDDEN.sub("", text.replace("\r", "\n"))
    lines = (line.strip() for line in _SPACES.sub(" ", shown).split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()[:most]


def visible_line(text: str, most: int) -> str:
    """The same on one line."""
    return " ".join(visible_text(text, 4 * most).split())[:most]


def html_to_text(page: str, most: int) -> str:
    """What a page of HTML shows as text, block by block; scripts, styles and comments are left out."""
    parts: list[str] = []
    lower = page.lower() if page.isascii() else page.translate(_ASCII_LOWER)
    place = 0
    while place < len(page):
        opening = page.find("<", place)
        if opening < 0:
            opening = len(page)
        parts.append(page[place:opening])
        place = _after(page, lower, opening, parts)
    return visible_text(html.unescape("".join(parts)), most)


# str.lower makes two characters of one here and there; positions must stay the same.
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _after(page: str, lower: str, opening: int, parts: list[str]) -> int:
    """Where the text goes on after the `<` at `opening`; what has no end takes the rest with it."""
    if lower.startswith("<!--", opening):
        return _past(lower, "-->", opening)
    if lower.startswith(("<!", "<?"), opening):
        return _past(lower, ">", opening)
    name = _NAME.match(lower, opening + 1)
    if name is None:
        parts.append(page[opening : opening + 1])
        return opening + 1
    parts.append("\n" if _BLOCKS.fullmatch(name[1]) else "")
    end = _past(lower, ">", opening)
    if name[1] not in _UNSEEN or lower[opening + 1] == "/" or lower[end - 2] == "/":
        return end
    closing = lower.find(f"</{name[1]}", end)
    return len(page) if closing < 0 else _past(lower, ">", closing)


def _past(text: str, mark: str, start: int) -> int:
    place = text.find(mark, start)
    return len(text) if place < 0 else place + len(mark)
