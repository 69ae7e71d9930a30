"""What looks like a key, so that one which is put into the wrong field is refused there and repeated nowhere."""

from __future__ import annotations

import re


def _in_any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else letter for letter in word)


_BEGINS = r"(^|[^A-Za-z0-9])"
_NAMED = "|".join(map(_in_any_case, ("api_key", "api-key", "apikey", "token", "password", "secret", "accountkey")))
PATTERN = "|".join(
    (
        r"^sk-[A-Za-z0-9_-]{6,}$",
        _BEGINS + r"sk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{16,}",
        _BEGINS + r"(gh[pousr]_|github_pat_|hf_|gsk_|xai-|glpat-|xox[abprs]-|AIza|ya29\.)[A-Za-z0-9_-]{16,}",
        _BEGINS + r"AKIA[0-9A-Z]{12,}",
        _BEGINS + r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        _BEGINS + _in_any_case("bearer") + r" +[^ $]",
        rf"({_NAMED})=[^&; ]{{8,}}",
        r"://[^/@ ]*:[^/@ ]+@",
        r"^[0-9a-f]{32,}$",
        r"^[0-9A-F]{32,}$",
        r"^(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{32,}={0,2}$",
    )
)
"""Prefixes of known sorts of keys, passwords in addresses, and values that are one long random word.

Python and browsers read it alike: it has no flags, and what is not a key but a path or a model's name seldom matches.
"""
_KEY = re.compile(PATTERN)


def looks_like_a_key(text: str) -> bool:
    """Whether a text is, or holds, what seems to be a key or a password."""
    return _KEY.search(text.strip()) is not None
