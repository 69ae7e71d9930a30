"""Mail: its heading, the fuller of its bodies, forwarded mails, and how many files hang on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

from tasks.documents.readers import Note, Reading

_HEADING = ("Subject", "From", "To", "Cc", "Date")
_MOST_DEEP = 5
_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?<th\b", re.IGNORECASE | re.DOTALL)
_LOST = 0.05
"""The part of the words of a page that its plain version may lack."""


def read_mail(data: bytes, page: Callable[[bytes], str]) -> Reading:
    """A mail as text; `page` turns HTML in UTF-8 into Markdown."""
    mail = message_from_bytes(data, policy=policy.default)
    attached: list[str] = []
    text = _told(mail, page, attached, 0)
    notes = [Note("attachments", f"{len(attached)} attached {_files(len(attached))} not read")] if attached else []
    return Reading(text, _header(mail, "Subject"), tuple(notes))


def _files(count: int) -> str:
    return "file is" if count == 1 else "files are"


def _told(mail: EmailMessage, page: Callable[[bytes], str], attached: list[str], depth: int) -> str:
    saved = (
        "Saved by " in _header(mail, "From") and mail.get_content_type() == "multipart/related"
    )  # a browser, as MHTML
    heading = [] if saved else [f"**{name}**: {value}" for name in _HEADING if (value := _header(mail, name))]
    parts = ["\n\n".join(heading)]
    plain, pages = "", ""
    for part in _leaves(mail):
        sort = part.get_content_type()
        if sort == "message/rfc822" and depth < _MOST_DEEP:
            parts.append(_told(_inner(part), page, attached, depth + 1))
        elif part.get_content_disposition() == "attachment" or not sort.startswith("text/"):
            if not saved and not part.get("Content-ID"):  # a picture that the page shows
                attached.append(sort)
        elif sort in {"text/css", "text/javascript"}:
            continue
        elif sort == "text/html":
            pages += _text(part)
        else:
            plain += _text(part) + "\n"
    parts.insert(1, _fuller(plain, pages, page))
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def _leaves(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a mail that are no folders of parts; a forwarded mail is one."""
    if part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            if isinstance(inner, EmailMessage):
                yield from _leaves(inner)
    else:
        yield part


def _inner(part: EmailMessage) -> EmailMessage:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    return inner if isinstance(inner, EmailMessage) else EmailMessage(policy=policy.default)


def _fuller(plain: str, html: str, page: Callable[[bytes], str]) -> str:
    """The page where it says more than the plain version, or has a table that a program can read; else the plain one."""
    if not html:
        return plain
    shown = Counter(re.findall(r"\w+", unescape(_TAG.sub(" ", _HIDDEN.sub(" ", html)))))
    lost = (shown - Counter(re.findall(r"\w+", plain))).total()
    if plain.strip() and lost <= _LOST * shown.total() and not _TABLE.search(html):
        return plain
    return page(html.encode())


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):  # a header that no standard knows
        return ""


def _text(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, TypeError, AttributeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
