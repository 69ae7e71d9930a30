"""The process that opens foreign formats, run by `extract.py` as a script: bounded, expendable, without secrets.

Protocol on stdin and stdout: a line of JSON with the length of what follows, then that many bytes; one reply a request.
"""

from __future__ import annotations

import html
import io
import json
import os
import re
import resource
import signal
import sys
import threading
import time
import zipfile
from types import ModuleType
from typing import Any

import yaml
from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

from tasks.documents.fields import without_fields
from tasks.documents.readers import Note, Reading, Unusable
from tasks.documents.readers.latex import read_latex
from tasks.documents.readers.notebook import read_notebook
from tasks.documents.readers.page import read_page

_MEMORY = 2 << 30
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
_MOST_UNMAPPED = 0.3
_HTML = {"text/html", "application/xhtml+xml"}
_IMAGE = re.compile(r"!\[[^\]\n]{0,1000}\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,1000})\]\((?:[^()\n]|\([^()\n]*\)){0,4000}\)")
_FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1`*[ \t]*$", re.MULTILINE | re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_AS_IT_STANDS: Any = {"preprocessing": {"enabled": False}}  # a page is cleaned before
_CONFIG = ExtractionConfig(use_cache=False, output_format="markdown", html_options=_AS_IT_STANDS)


def document(data: bytes, mime: str, limit: int) -> Reading:
    """Text, as light Markdown, and title of a document of a foreign format."""
    if mime == "application/pdf":
        return _pdf(data)
    if mime == "message/rfc822":
        from tasks.documents.readers.mail import read_mail

        return read_mail(data, lambda page: read_page(page, _markdown).text)
    if mime in _HTML:
        return read_page(data, _markdown)
    if mime == "application/x-ipynb+json":
        return read_notebook(data)
    if mime == "application/x-latex":
        return read_latex(data, lambda source: _readable(_extracted(source, mime)[0]))
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise Unusable("broken", "locked with a password")
    packed = data.startswith(b"PK")
    if packed:
        _refuse_bomb(data, limit)
        data = _office().mended(data, mime)
    fields = without_fields(data.decode("utf-8", "replace"), "org") if mime == "text/x-org" else Reading("")
    text, title = _extracted(fields.text.encode() or data, mime)
    text = _readable(text)
    text = _office().settled(text) if packed else text
    return Reading(text, title or fields.title, fields.notes)


def _markdown(page: bytes) -> str:
    return _readable(_extracted(page, "text/html")[0])


def _office() -> ModuleType:
    from tasks.documents.readers import office

    return office


def _extracted(data: bytes, mime: str) -> tuple[str, str]:
    """Markdown and title as kreuzberg sees them."""
    try:
        result = extract_bytes_sync(data, mime, _CONFIG)
    except KreuzbergError as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        raise Unusable("broken", "locked with a password" if locked else f"cannot be opened as {mime}") from None
    title = result.metadata.get("title") if hasattr(result.metadata, "get") else ""
    return result.content, html.unescape(title) if isinstance(title, str) else ""


def _pdf(data: bytes) -> Reading:
    from tasks.documents.readers.pdf import Locked, Unreadable, read_pdf  # a folder of other files never needs pdfium

    try:
        pdf = read_pdf(data)
    except Locked:
        raise Unusable("broken", "locked with a password") from None
    except Unreadable:
        raise Unusable("broken", "cannot be opened as application/pdf") from None
    if not pdf.text:
        raise Unusable("empty", "no text in it; a scan needs character recognition first")
    if pdf.unmapped > _MOST_UNMAPPED:
        share = f"{pdf.unmapped:.0%} of its characters stand for no letter"
        raise Unusable("broken", f"{share}, for its fonts do not say which; it needs character recognition first")
    notes = []
    if pdf.blank:
        notes.append(Note("blank_pages", f"{pdf.blank} of {pdf.pages} pages hold no text"))
    if pdf.unmapped > 0.01:
        notes.append(Note("unreadable_characters", f"{pdf.unmapped:.0%} of the characters stand for no letter"))
    return Reading(pdf.text, pdf.title, tuple(notes))


def api(data: bytes, suffix: str, limit: int) -> Reading:
    """Text and title of an OpenAPI or Swagger description; one without line breaks comes indented."""
    text = data.decode()
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        value = json.loads(text) if suffix == "json" else yaml.load(text, loader)  # noqa: S506  (both are safe loaders)
    except (ValueError, yaml.YAMLError):
        raise Unusable("broken", f"not valid {suffix}") from None
    if (
        not isinstance(value, dict)
        or not ({"openapi", "swagger"} & value.keys())
        or not isinstance(value.get("paths"), dict)
    ):
        raise Unusable("unsuited_format", f"{suffix} that is not an OpenAPI description is data, not a document")
    if suffix == "json" and len(text) > 200 * (text.count("\n") + 1):
        text = json.dumps(value, indent=2, ensure_ascii=False)
    info = value.get("info")
    title = info.get("title") if isinstance(info, dict) else ""
    return Reading(text, title if isinstance(title, str) else "")


def _refuse_bomb(data: bytes, limit: int) -> None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unusable("broken", "not a valid zip container") from None
    total = sum(entry.file_size for entry in entries)
    if len(entries) > 10_000:
        raise Unusable("zip_bomb", f"{len(entries)} members; at most 10000")
    if total > 50 * limit or (total > 1_000_000 and total > 200 * len(data)):
        raise Unusable("zip_bomb", f"{len(data)} bytes unpack to {total}")


def _readable(text: str) -> str:
    """Markdown without pictures, link targets and needless backslashes; fenced code stays as it is."""

    def plain(part: str) -> str:
        part = _LINK.sub(r"\1", _IMAGE.sub("", part))
        return _ESCAPE.sub(r"\1", part)

    parts, end = [], 0
    for fence in _FENCED.finditer(text):
        parts += [plain(text[end : fence.start()]), fence.group()]
        end = fence.end()
    return "".join([*parts, plain(text[end:])])


def _answer(header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    limit = int(header["limit"])
    try:
        job = api if header["job"] == "api" else document
        reading = job(data, header["format"], limit)
        body = reading.text.encode("utf-8", "replace")
        if len(body) > 4 * limit:
            raise Unusable("too_large", f"{len(body)} bytes of text; the limit is {4 * limit}")
    except Unusable as error:
        return {"reason": error.args[0], "detail": error.args[1]}, b""
    except MemoryError:
        return {"reason": "broken", "detail": "takes too much memory", "exhausted": True}, b""
    except BaseException as error:  # a panic of the extractor is no Exception
        return {"reason": "broken", "detail": f"cannot be read ({type(error).__name__})"}, b""
    return {"reason": "", "title": reading.title[:1000], "notes": reading.notes}, body


def _limit_memory(most: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main(parent: int) -> None:
    replies = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)  # whatever a library prints is no reply
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    replies.write(b"ready\n")
    replies.flush()
    while line := sys.stdin.buffer.readline():
        header = json.loads(line)
        data = sys.stdin.buffer.read(header["length"])
        _limit_memory(_MEMORY + 8 * int(header["limit"]))
        # The last resort if the parent is gone and the watching thread cannot run: the kernel's alarm kills.
        signal.setitimer(signal.ITIMER_REAL, header["seconds"] + 10)
        reply, body = _answer(header, data)
        signal.setitimer(signal.ITIMER_REAL, 0)
        replies.write(json.dumps({**reply, "length": len(body)}).encode() + b"\n" + body)
        replies.flush()
        if reply.get("exhausted"):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
