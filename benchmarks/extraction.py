"""What reading foreign formats loses, and what it costs: kreuzberg's Markdown alone against our readers, in one run.

`python -m benchmarks extraction [FOLDER ...]` reads the files of these folders (without one: `/usr/share/doc`), gzipped ones too.
A word is lost where a plain reading of the file has it more often than the text: pdfium's characters of a PDF, the text of
the parts of an Office file or a book, the bodies of a mail. Running heads and page numbers do not count.
"""

from __future__ import annotations

import contextlib
import gzip
import html
import io
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
from typing import NamedTuple

from tasks.documents.formats import by_name

FORMATS = ("pdf", "docx", "pptx", "xlsx", "odt", "epub", "eml")
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
    """A reader over the files of one format: files that it read, words lost, words in all, seconds, peak in MB."""

    read: int
    lost: int
    words: int
    seconds: float
    peak: float


def before(data: bytes, mime: str) -> str:
    """kreuzberg's Markdown with its default settings, less pictures and links, as it was taken for the text."""
    from kreuzberg import ExtractionConfig, extract_bytes_sync

    from tasks.documents import worker

    if data.startswith(b"PK"):
        worker._refuse_bomb(data, 1_000_000_000)
    text = extract_bytes_sync(data, mime, ExtractionConfig(use_cache=False, output_format="markdown")).content
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
    gone = total = 0
    for data, text in texts:
        reference = words(plain(data, suffix))
        gone, total = gone + lost(text, reference), total + reference.total()
    out.send((len(texts), gone, total, taken, peak))


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


def _share(measured: Measured) -> str:
    return f"{measured.lost / max(1, measured.words):.2%}"


def _speed(measured: Measured) -> str:
    return f"{measured.read / max(measured.seconds, 1e-6):.1f}"


if __name__ == "__main__":
    main(sys.argv[1:])
