"""Personal data and secrets in the text that a student would learn: what a pattern and a check digit can tell.

Names are not looked for, for a name alone is no secret and no program knows a private person from a public one. Reserved
examples (example.com, 555-0100, 192.0.2.1, test cards) pass, and so do role addresses such as info@ and toll-free numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.checks.credentials import secrets
from tasks.checks.identity import dense, identities
from tasks.records import Record
from tasks.text.plain import calm

_EMAIL = re.compile(r"(?<![\w.+/:@-])([\w.+-]{1,64})@((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24})(?![\w@]|\.\w)", re.I)
_RESERVED = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|local)$|(?:^|\.)example\.|(?:^|[.-])(?:your|my|some)?-?(?:domain|company|site"
    r"|organi[sz]ation|email|mail|host|server|business)\.(?:com|org|net|de|co|io)$",
    re.I,
)
_ROLE = re.compile(
    r"(?:info|contact|kontakt|support|sales|press|presse|media|office|admin|administrator|help|helpdesk|hello|hi|no-?reply"
    r"|do-?not-?reply|webmaster|postmaster|hostmaster|abuse|security|team|service|services|editor|editors|editorial|news"
    r"|newsletter|jobs|careers|hr|privacy|legal|billing|accounts?|orders?|shop|bookings?|reservations?|enquiries|inquiries"
    r"|feedback|marketing|events?|museum|library|archive|reception|secretary|mail|post|git|user|username|you|your"
    r"|name|someone|foo|bar|test|firstname|first|jdoe|john\.?doe|jane\.?doe|tsc|board|committee|council|maintainers?|moderators?"
    r"|developers?|devel|users|bugs?|lists?|community)(?:[.+_-].*)?"
    r"|.+-(?:info|devel|dev|users?|discuss|announce|bugs?|lists?|help|core|maintainers?|team|commits|patches|request|owner)",
    re.I,
)
_CUE = re.compile(
    r"(?:\b(?:tel|telephone|phone|telefon|mobile|mobil|cell|cellphone|fax|call|dial|ring|text|whatsapp|sms|reach)\b|☎|📞)\W*"
    r"(?:(?:me|us|him|her|them|number|no|is|at|on|under|to)\b\W*){0,4}$",
    re.I,
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .\u00a0-]?\(?\d{1,5}\)?){2,6}(?![\d-])")
_NORTH_AMERICA = re.compile(
    r"(?<![\d.+/-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?![\d.-]\d|\d)"
)
_NATIONAL = re.compile(
    r"(?<![\d.+])\(?0\d{1,5}\)?(?:[ ./-]?\d{2,5}){1,5}(?![\d-])|(?<![\d.+])\d{3,4}[ .-]\d{3,4}(?:[ .-]\d{2,4})?\b"
)
_UNUSED = re.compile(
    r"(?:1?\d{3})?55501\d\d"  # North America
    r"|(?:44|0)(?:2079460\d{3}|1\d{2,3}4960\d{3}|7700900\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3}|1632960\d{3})"
    r"|(?:61|0)[2378]5550\d{4}|(?:61|0)[2378]7010\d{4}|(?:61|0)4915[78]\d{5}"
    r"|(?:49|0)30230125?\d{2,3}|(?:353|0)205\d{5,6}"
)
_FREE = re.compile(r"1?8(?:00|33|44|55|66|77|88)\d{7}|(?:44)?0?(?:800|808)\d{6,7}|(?:49)?0?800\d{6,8}|800\d{8}")
_STREET = re.compile(
    r"\d{1,5}[a-z]?,? (?:[A-Z][\w'\u2019.-]{1,30} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct"
    r"|Terrace|Crescent|Close|Way|Square|Place|Row|Gardens)\b"
    r"|(?<!\w)[A-Z\u00c0-\u00de][\w\u00df-\u00ff-]{1,30}(?:stra\u00dfe|strasse|gasse|weg|allee|platz|gatan|v\u00e4gen|gata|straat|laan)"
    r" \d{1,4}[a-z]?\b"
    r"|\b\d{1,4}(?: bis)?,? (?:rue|avenue|boulevard|place|chemin|impasse) (?:de |du |des |la |l')*[A-Z\u00c0-\u00de]\w+"
)
_DWELLS = re.compile(
    r"\b(?:lives?|living|lived|resid(?:es?|ing|ed|ence)|home address|(?:his|her|their|my) (?:home|house|flat|address)"
    r"|moved (?:in)?to|wohnt|wohnhaft|habite|domicili\w+|patient|tenant)\b[^.!?\n]{0,60}$",
    re.I,
)
_DWELLS_SIGN = re.compile(
    r"[Ll]iv(?:e|es|ed|ing) |resid|ome |ddress|moved|wohn|habite|domicil|atient|enant| house | flat "
)
_LONG_AGO = re.compile(r"\b1(?:[0-8]\d\d|9[0-3]\d)\b")
"""A year near an address that makes it history."""
_SAMPLE_STREET = re.compile(
    r"\b(?:123|1234|742|221b?|42|1|10) (?:Main|Any|Anytown|Example|Sample|Baker|Elm|Evergreen|Downing|First)\b|Muster",
    re.I,
)


def no_personal_data(record: Record) -> str | None:
    """Rejects a conversation that shows personal data or a secret, whoever brought it in: all of it is training data."""
    for message in record.messages:
        content = message.get("content")
        if isinstance(content, str) and (kind := next((k for k, _ in personal(calm(content))), None)):
            return f"{kind} in the text of the {message.get('role')}"
    return None


def no_new_personal_data(record: Record) -> str | None:
    """Rejects an answer with personal data or a secret that neither its material nor its request shows."""
    others = (str(m.get("content") or "") for m in record.messages if m.get("role") != "assistant")
    shown = [record.passage, *others]
    for message in record.messages:
        content = message.get("content") if message.get("role") == "assistant" else None
        if isinstance(content, str):
            for kind, found in personal(calm(content)):
                if _bare(found) not in _bare("\n".join(shown)):
                    return f"{kind} that nothing shows"
    return None


def _bare(text: str) -> str:
    return re.sub(r"[^\w@]", "", text).casefold()


def personal(text: str) -> Iterator[tuple[str, str]]:
    """What kind of personal data or secret stands in the text, and how it is written."""
    if "@" in text:
        yield from (("an e-mail address", m[0]) for m in _EMAIL.finditer(text) if _private(m[1], m[2]))
    if dense(text):
        yield from (("a phone number", found) for found in _phones(text))
    yield from identities(text)
    yield from secrets(text)
    if _DWELLS_SIGN.search(text):
        for m in _STREET.finditer(text):
            before, around = text[max(0, m.start() - 90) : m.start()], text[max(0, m.start() - 90) : m.end() + 60]
            if _DWELLS.search(before) and not _SAMPLE_STREET.search(m[0]) and not _LONG_AGO.search(around):
                yield "a home address", m[0]


_LISTS = re.compile(r"(?:^|\.)(?:lists?|mailman|groups)\.|(?:^|\.)googlegroups\.com$", re.I)
"""Hosts of mailing lists."""


def _private(local: str, domain: str) -> bool:
    return (
        not _RESERVED.search(domain)
        and not _LISTS.search(domain)
        and not _ROLE.fullmatch(local)
        and not domain.lower().endswith((".png", ".jpg", ".py"))
    )


def _phones(text: str) -> Iterator[str]:
    for m in _INTERNATIONAL.finditer(text):
        if 9 <= len(re.sub(r"\D", "", m[0])) <= 15 and _in_use(m[0]) and _possible(m[0]):
            yield m[0]
    for pattern in (_NORTH_AMERICA, _NATIONAL):
        for m in pattern.finditer(text):
            cued = _CUE.search(text[max(0, m.start() - 40) : m.start()]) is not None
            if (cued or pattern is _NORTH_AMERICA) and len(re.sub(r"\D", "", m[0])) >= 7 and _in_use(m[0]):
                yield m[0]


def _in_use(number: str) -> bool:
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", number))
    return not (
        _UNUSED.fullmatch(digits) or _FREE.fullmatch(digits) or len(set(digits)) <= 3 or digits in "0123456789012345678"
    )


def _possible(number: str) -> bool:
    """Whether the numbering plan of the country has such a number; without the library of plans, any may be one."""
    try:
        import phonenumbers
    except ImportError:
        return True
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, None)))
    except phonenumbers.NumberParseException:
        return False
