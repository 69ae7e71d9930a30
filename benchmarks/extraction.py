"""What reading foreign formats loses, and what it costs: kreuzberg's Markdown alone against our readers, in one run.

`python -m benchmarks extraction [FOLDER ...]` reads the files of these folders (without one: `/usr/share/doc`), gzipped ones too.
A word is lost where a plain reading of the file has it more often than the text: pdfium's characters of a PDF, the text of
the parts of an Office file or a book, the bodies of a mail, the `main` of a page (without one, all but `nav`, `header` and
`footer`), the cells of a notebook, the letters of LaTeX. Running heads and page numbers do not count. For pages a second line
says how many of the words around the main text are kept all the same.
"""

from __future__ import annotations

import contextlib
import gzip
import html
import io
import json
import multiprocessing
import os
import re
import resource
import sys
import time
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from lxml import etree

from tasks.documents.formats import by_name

FORMATS = ("pdf", "docx", "pptx", "xlsx", "odt", "epub", "eml", "html", "ipynb", "tex")
MOST_FILES = 60
"""Of each format."""
_MOST_BYTES = 20_000_000
_PARTS = re.compile(
    r"word/(document|footnotes|endnotes)\d*\.xml|ppt/(slides|notesSlides)/[^/]+\.xml|xl/(sharedStrings|worksheets/[^/]+)\.xml|content\.xml|.*\.x?html?"
)
_TEXT = re.compile(r"<(?:w:t|a:t|t|m:t)(?:\s[^>]*)?>([^<]*)<|</(?:w:p|a:p|w:tc|si)>|<(?:w|a):(?:tab|br|cr)\b")
_ALL = re.compile(r"<(?:head|style|script)\b.*?</(?:head|style|script)>|<[^>]*>", re.DOTALL)

Reader = Callable[[bytes, str], str]


class Measured(NamedTuple):
    """A reader over the files of one format: files that it read, words lost, words in all, seconds, peak in MB; of pages, how
    many of the words around the main text it kept, and how many there are."""

    read: int
    lost: int
    words: int
    seconds: float
    peak: float
    kept: int
    around: int


def before(data: bytes, mime: str) -> str:
    """kreuzberg's Markdown with its default settings, less pictures and links, as it was taken for the text."""
    from kreuzberg import ExtractionConfig, extract_bytes_sync

    from tasks.documents import worker

    if data.startswith(b"PK"):
        worker._refuse_bomb(data, 1_000_000_000)
    clean: Any = {
        "preprocessing": {"enabled": True, "preset": "aggressive", "remove_navigation": True, "remove_forms": True}
    }
    config = ExtractionConfig(use_cache=False, output_format="markdown", html_options=clean)
    text = re.sub(r"<!--.*?-->", "", extract_bytes_sync(data, mime, config).content)
    return worker._readable(text)


def after(data: bytes, mime: str) -> str:
    """What the worker makes of it now."""
    from tasks.documents.worker import document

    return document(data, mime, 1_000_000_000).text


def plain(data: bytes, suffix: str) -> str:
    """A reading that leaves nothing out and knows no order: what the text is held against."""
    if suffix == "pdf":
        import pypdfium2

        pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
        return re.sub("[\u0002\ufffe-]\r?\n?", "", "\n".join(_without_heads(pages)))
    if suffix == "eml":
        parts = message_from_bytes(data, policy=policy.default).walk()
        return "\n".join(str(part.get_content()) for part in parts if part.get_content_type() == "text/plain")
    if suffix == "html":
        return _page(data)[0]
    if suffix == "ipynb":
        return "\n".join("".join(cell.get("source", "")) for cell in json.loads(data)["cells"])
    if suffix == "tex":
        body = re.sub(rb"(?<!\\)%.*", b"", data).partition(b"\\begin{document}")[2].decode("utf-8", "replace")
        return re.sub(r"\\[A-Za-z]+\*?(?:\[[^\]]*\])?|[{}$&~]", " ", body)
    told = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in filter(_PARTS.fullmatch, package.namelist()):
            text = package.read(name).decode("utf-8", "replace")
            if suffix in {"odt", "epub"}:
                told.append(html.unescape(_ALL.sub(" ", text)))
            else:
                told.append(
                    "".join(html.unescape(m.group(1)) if m.group(1) is not None else "\n" for m in _TEXT.finditer(text))
                )
    return "\n".join(told)


def _page(data: bytes) -> tuple[str, str]:
    """The words of a page's main text, and those around it."""
    root = etree.fromstring(
        data, etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    )
    body = root.find("body") if root is not None else None
    if body is None:
        return "", ""
    etree.strip_elements(body, "script", "style", "noscript", "template", "button", "select", "svg", with_tail=False)
    whole = _spaced(body)
    main = next((e for e in body.iter(etree.Element) if e.tag == "main" or e.get("role") == "main"), None)
    etree.strip_elements(body, "nav", *(() if main is not None else ("header", "footer")), with_tail=False)
    told = _spaced(main if main is not None else body)
    return told, " ".join((words(whole) - words(told)).elements())


def _spaced(element: etree._Element) -> str:
    """Its text, elements that are no part of a line apart."""
    inline = {
        "a",
        "b",
        "i",
        "em",
        "strong",
        "code",
        "span",
        "sub",
        "sup",
        "font",
        "tt",
        "wbr",
        "small",
        "var",
        "kbd",
        "u",
    }
    return "".join(
        text
        for event, e in etree.iterwalk(element, events=("start", "end"))
        for text in ((e.text or "",) if event == "start" else ("" if e.tag in inline else "\n", e.tail or ""))
    )


def _without_heads(pages: Sequence[str]) -> Iterator[str]:
    """Pages without the lines that three pages have, but for their figures; they are left out on purpose."""
    told = [[(line, re.sub(r"\d+", "#", line.strip())) for line in page.splitlines()] for page in pages]
    on = Counter(mask for page in told for mask in {mask for _, mask in page})
    for page in told:
        yield "\n".join(line for line, mask in page if on[mask] < 3)


def words(text: str) -> Counter[str]:
    """The words of a text, whatever its hyphens, ligatures and case."""
    return Counter(
        re.findall(r"\w+", unicodedata.normalize("NFKC", text).replace("-", "").replace("\u00ad", "").lower())
    )


def lost(text: str, reference: Counter[str]) -> int:
    """How many of the words of the reference the text lacks."""
    return (reference - words(text)).total()


def files(folders: Sequence[str]) -> dict[str, list[str]]:
    """Files by format, in order of their names."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        for path in sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names):
            suffix = path.lower().removesuffix(".gz").rpartition(".")[2]
            if suffix in FORMATS and os.path.isfile(path) and len(found[suffix]) < MOST_FILES:
                found[suffix].append(path)
    return {suffix: found[suffix] for suffix in FORMATS if found[suffix]}


def _loaded(paths: Sequence[str]) -> Iterator[bytes]:
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) <= _MOST_BYTES:
            yield data


def measure(reader: Reader, suffix: str, paths: Sequence[str]) -> Measured:
    """The reader in a process of its own, so that its peak is its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(reader, suffix, list(paths), there))
    process.start()
    there.close()
    try:
        return Measured(*here.recv())
    finally:
        process.join()


def _measured(reader: Reader, suffix: str, paths: list[str], out: Connection) -> None:
    mime = by_name(f"a.{suffix}").detail
    texts: list[tuple[bytes, str]] = []
    taken = 0.0
    with contextlib.suppress(Exception):
        reader(next(_loaded(paths)), mime)  # what a reader imports is paid once for hundreds of files
    for data in _loaded(paths):
        began = time.process_time()
        try:
            text = reader(data, mime)
        except Exception:  # a file that one reader refuses is a reject, not the end
            continue
        finally:
            taken += time.process_time() - began
        texts.append((data, text))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    gone = total = kept = around = 0
    for data, text in texts:
        reference = words(plain(data, suffix))
        gone, total = gone + lost(text, reference), total + reference.total()
        if suffix == "html":
            noise = words(_page(data)[1])
            kept, around = kept + ((words(text) - reference) & noise).total(), around + noise.total()
    out.send((len(texts), gone, total, taken, peak, kept, around))


def main(folders: list[str]) -> None:
    """Print a line for each format."""
    found = files(folders or ["/usr/share/doc"])
    if not found:
        sys.exit(f"none of these folders holds a file of {', '.join(FORMATS)}")
    print(f"{'':6} {'files':>5} {'words lost':>17} {'files/s':>15} {'time':>6} {'peak MB':>13}")
    print(
        f"{'':6} {'':5} {'before':>8} {'after':>8} {'before':>7} {'after':>7} {'ratio':>6} {'before':>6} {'after':>6}"
    )
    for suffix, paths in found.items():
        old, new = measure(before, suffix, paths), measure(after, suffix, paths)
        print(
            f"{suffix:6} {new.read:>5} {_share(old):>8} {_share(new):>8} {_speed(old):>7} {_speed(new):>7}"
            f" {new.seconds / max(old.seconds, 1e-6):>6.2f} {old.peak:>6.0f} {new.peak:>6.0f}"
        )
        if new.around:
            share = f"{old.kept / old.around:.1%} before, {new.kept / new.around:.1%} after"
            print(f"       of the words around the main text kept: {share}")


def _share(measured: Measured) -> str:
    return f"{measured.lost / max(1, measured.words):.2%}"


def _speed(measured: Measured) -> str:
    return f"{measured.read / max(measured.seconds, 1e-6):.1f}"


if __name__ == "__main__":
    main(sys.argv[1:])
