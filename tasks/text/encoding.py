"""Text as every later step sees it: decoded and normalised."""

from __future__ import annotations

import codecs
import re

from tasks.records import Rejected

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1b")) + b"\x7f"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_BLANKS = re.compile(r"\n{4,}")


def bom_encoding(head: bytes) -> str:
    """The encoding that a byte order mark at the start announces, or nothing."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def decode(data: bytes) -> str:
    """The text of a file; :class:`Rejected` as `binary` or `wrong_encoding`."""
    encoding = bom_encoding(data) or "utf-8"
    if encoding in {"utf-8", "utf-8-sig"}:
        controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
        if b"\0" in data or controls > len(data) / 50:
            raise Rejected(
                "binary", "holds NUL or many control characters; text must be UTF-8, or UTF-16 with a byte order mark"
            )
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"not valid {encoding} at byte {error.start}; if it is Latin-1: iconv -f LATIN1 -t UTF-8"
        raise Rejected("wrong_encoding", detail) from None


def normalise(text: str) -> str:
    """Newlines as `\\n`, no control characters, lone surrogates or trailing spaces, at most two blank lines."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    text = _NEWLINES.sub("\n", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
    text = _CONTROLS.sub("", text)
    # Line by line: a pattern for trailing spaces takes quadratic time on a long run of spaces.
    text = "\n".join([line.rstrip() for line in text.split("\n")])
    return _BLANKS.sub("\n\n\n", text).strip("\n")
