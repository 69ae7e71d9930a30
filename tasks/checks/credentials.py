"""Keys, tokens and passwords: what opens a door for whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?<![\w-])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|sk-(?:ant-|proj-|live-)?[\w-]{20,200}|[rs]k_live_[0-9A-Za-z]{16,100}"
    r"|gh[pousr]_[0-9A-Za-z]{36,100}|github_pat_\w{40,100}|glpat-[\w-]{20,60}|xox[abprs]-[\w-]{20,200}|AIza[\w-]{35}"
    r"|hf_[0-9A-Za-z]{30,60}|npm_[0-9A-Za-z]{36}|eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000})(?![\w-])"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----\s+[\w+/=\s]{60,}")
_IN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,64}:([^\s:/@]{6,100})@[\w.-]+", re.I)
_NAMED = re.compile(
    r"(?<![a-z])(?:password|passwd|passwort|pwd|secret|api[_ -]?key|access[_ -]?key|auth[_ -]?token|bearer)"
    r"[\"']?\s*(?:is\b:?|[:=])\s*[\"'`]?([^\s\"'`,;<>(){}\[\]]{10,120})",
    re.I,
)
_SAMPLE = re.compile(
    r"example|sample|dummy|fake|test|change|your|placeholder|redacted|secret|password|passwort|token|x{4}|0{4}|1234|abcd"
    r"|qwert|hunter|correct.?horse|environ|getenv|process\.|config|settings|\$|\*{3}|\.{3}",
    re.I,
)


_DIGIT = re.compile(r"\d")
_TOKEN_SIGNS = (
    *(
        "akia",
        "asia",
        "sk-",
        "k_live_",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "xox",
        "aiza",
        "hf_",
    ),
    *("npm_", "eyj"),
)
_NAMED_SIGNS = ("passw", "pwd", "secret", "api", "access", "auth", "bearer")


def secrets(text: str) -> Iterator[tuple[str, str]]:
    """Each secret in the text that is not plainly a sample."""
    if "PRIVATE KEY" in text:
        yield from (("a secret key", m[0]) for m in _PRIVATE_KEY.finditer(text))
    # All others hold a digit; most texts show at a glance that they have none of them, which costs less than their patterns.
    if not _DIGIT.search(text):
        return
    said = text.lower()
    if any(sign in said for sign in _TOKEN_SIGNS):
        for m in _TOKEN.finditer(text):
            if not _SAMPLE.search(m[0]) and _DIGIT.search(m[0]):
                yield "a secret key", m[0]
    named = any(sign in said for sign in _NAMED_SIGNS)
    for pattern in ((_IN_ADDRESS,) if "://" in text else ()) + ((_NAMED,) if named else ()):
        for m in pattern.finditer(text):
            if _random(m[1]) and not _SAMPLE.search(m[1]):
                yield "a password", m[1]


def _random(value: str) -> bool:
    """Whether a value looks drawn rather than written: letters and digits mixed, or signs among them."""
    kinds = [bool(re.search(p, value)) for p in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w]")]
    return kinds[2] and sum(kinds) >= 3
