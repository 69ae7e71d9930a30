"""Text made plain: runs cut short, and case, spaces, quotes and dashes made one, so that texts can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ONE_SIGN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b`\u00b4\u2032", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013—\u2015\u2212", "-"),
        "\u2044": "/",
    }
    | dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad")
)
"""Quotes, dashes and slashes of one meaning as the one sign of ASCII; signs without width as nothing."""

_RUN = re.compile(r"([^\w])\1{24,}")


@lru_cache(maxsize=64)
def calm(text: str) -> str:
    """The text with endless runs of one sign or space cut short: they say nothing, and patterns are slow on them."""
    return _RUN.sub(r"\1\1\1\1", text)


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Case, whitespace, quotes, dashes and compatibility forms made one; punctuation stays."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(ONE_SIGN)
    return " ".join(text.casefold().replace("`", "'").split())
