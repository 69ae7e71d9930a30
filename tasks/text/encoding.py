"""Text as every later step sees it: decoded and normalised."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

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
_SAMPLE = 100_000
_LEAST = 0.04
"""Confidence below which noise is taken for text."""
_COMMON = {
    *(f"cp{page}" for page in (850, 866, 874, 932, 949, 950, *range(1250, 1259))),
    *(f"iso8859-{part}" for part in (2, 5, 7, 9, 15)),
    *("koi8-r", "koi8-u", "mac-roman", "utf-16-le", "utf-16-be"),
    *("euc_jp", "iso2022_jp", "gb18030", "big5", "big5hkscs", "euc_kr"),
}
_WINDOWS = {"iso8859-2": "cp1250", "iso8859-7": "cp1253", "iso8859-9": "cp1254", "iso8859-15": "cp1252"}
_OLD = {"mac-roman", "cp437", "cp850", "cp858"}
"""Encodings of old machines, which a few letters of Windows-1252 look like as well."""
_WESTERN = re.compile(
    r"(?:[^\x80-\U0010ffff]|(?<=[A-Za-z])[\xc0-\xd6\xd8-\xf6\xf8-\xff\u0153]|[\xc0-\xd6\xd8-\xf6\xf8-\xff\u0152](?=[A-Za-z])"
    r"|(?<![A-Za-z])[\u201c\u201e\u2018\u201a\xab\xbb](?=\w)|(?<![A-Za-z ])[\u201c\u201d\u2019](?!\w)"
    r"|(?<=\w)\u2019|(?<=\w)[\u201c\u201d](?!\w)"
    r"|(?<=[\s\d])[\u2013\u2014\u2022\u20ac\xa7\xa3](?=[\s\d.,;)])|(?<=\d)\xb0|(?<=\w)[\u2026\xab\xbb]|\xa0)*"
)
"""A text whose signs beyond ASCII stand where letters, quotes, dashes and units of Western Europe stand."""
_HIGH = re.compile(rb"[\x80-\x9f]")
"""Bytes that the encodings of ISO leave unused and those of Windows fill with quotes, dashes and the euro sign."""
_PUBLIC = {
    "cp932": "shift_jis",
    **{f"cp{page}": f"windows-{page}" for page in range(1250, 1259)},
    **{f"iso8859-{part}": f"iso-8859-{part}" for part in (2, 5, 7, 9, 15)},
}
_ESCAPED = re.compile(r"[\udc80-\udcff]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_UNLIKELY = re.compile(
    r"[\x00-\x08\x0e-\x1a\x80-\x84\x86-\x9f\ue000-\uf8ff]|[A-Za-z][\u0600-\u06ff]|[\u0600-\u06ff][A-Za-z]"
)
"""Controls, private characters, and words of two scripts."""
_TANGLED = re.compile(
    r"[\u00c2-\u00df\u00e2-\u00ef][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
"""Two characters that stand for the bytes of one."""
_TIMES = 3
"""How often it must occur: one or two may be quoted."""
_BLANKS = re.compile(r"\n{4,}")


def bom_encoding(head: bytes) -> str:
    """The encoding that a byte order mark at the start announces, or nothing."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding where only its bytes told; :class:`Rejected` as `binary` or `wrong_encoding`."""
    if bom := bom_encoding(data):
        try:
            return data.decode(bom), ""
        except UnicodeDecodeError as error:
            raise Rejected("wrong_encoding", f"begins as {bom}, but is not valid at byte {error.start}") from None
    shown = detected(data)
    if shown and shown.sure:
        return data.decode(shown.codec), shown.name
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if b"\0" in data or controls > len(data) / 50:
        raise Rejected("binary", "holds NUL or many control characters, and is neither UTF-8 nor UTF-16")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        raise Rejected("wrong_encoding", f"not valid utf-8 at byte {error.start}; {remedy(shown)}") from None


@dataclass(frozen=True, slots=True)
class Detected:
    """An encoding that bytes show: its public name, Python's codec for it, and whether to rely on it."""

    name: str
    codec: str
    sure: bool


def detected(data: bytes) -> Detected | None:
    """The encoding of bytes that are not UTF-8; None where they are, or where nothing fits.

    It is sure only if all bytes are letters of a common encoding: a wrong guess would pass as text. Where half of what is not
    ASCII is UTF-8, the rest is damage.
    """
    wide, shifted = b"\0" in data, b"\x1b$" in data or b"\x1b(" in data
    broken = _first_broken(data)
    if not (wide or shifted) and broken < 0:
        return None
    import chardet  # only files in old encodings need it

    start = 0 if wide or shifted else data.rfind(b"\n", 0, broken) + 1
    sample = data[start : start + _SAMPLE] if start < _SAMPLE else data[start - _SAMPLE // 2 : start + _SAMPLE // 2]
    found = chardet.detect(sample)
    name, confidence = found["encoding"], found["confidence"] or 0.0
    if not name or name.lower() in {"ascii", "utf-8", "utf-8-sig"}:
        return None
    codec = _codec(name)
    if codec.startswith("utf-16"):
        codec = name = _wider(sample)
    elif wide:
        return None
    elif codec in _WINDOWS and _HIGH.search(sample):
        codec = name = _WINDOWS[codec]
    elif (codec in _OLD or codec not in _COMMON) and _looks_western(sample):
        codec = name = "cp1252"
    name = _PUBLIC.get(codec, name.lower())
    return Detected(name, codec, codec in _COMMON and confidence >= _LEAST and _reads_as(data, codec))


def remedy(shown: Detected | None) -> str:
    """What to do with a text whose encoding is not sure."""
    if shown is None:
        return "its encoding cannot be told; where most is UTF-8, iconv -c -f UTF-8 -t UTF-8 leaves the rest out"
    name = shown.name.upper()
    return f"if it is {name}: iconv -f {name} -t UTF-8"


def untangled(text: str) -> str:
    """The text that was UTF-8 and was saved once more as if it were Windows-1252, as in `fÃ¼r`; else the same text."""
    if len(_TANGLED.findall(text)) < _TIMES:
        return text
    try:
        raw = b"".join(c.encode("latin-1" if c < "\xa0" else "cp1252") for c in text)
        return raw.decode("utf-8")
    except UnicodeError:
        return text


def _first_broken(data: bytes) -> int:
    """Where the bytes are no UTF-8, -1 if nowhere or if most of what is not ASCII is."""
    try:
        data.decode("utf-8")
        return -1
    except UnicodeDecodeError as error:
        start = error.start
    text = data[max(0, start - _SAMPLE) : start + _SAMPLE].decode("utf-8", "surrogateescape")
    lost = len(_ESCAPED.findall(text))
    others = len(_FOREIGN.findall(text)) - lost
    return -1 if lost and others >= lost else start


def _looks_western(sample: bytes) -> bool:
    try:
        return _WESTERN.fullmatch(sample.decode("cp1252")) is not None
    except UnicodeDecodeError:
        return False


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030"}.get(codec, codec)


def _wider(sample: bytes) -> str:
    """UTF-16 in the order of bytes in which more of it is spaces, line ends and ASCII."""
    sample = sample[: len(sample) // 2 * 2]
    return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"


def _reads_as(data: bytes, codec: str) -> bool:
    """Whether all of it decodes, to what no text in another encoding gives."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return False
    return not _UNLIKELY.search(text)


def normalise(text: str) -> str:
    """Newlines as `\\n`, no control characters, lone surrogates or trailing spaces, at most two blank lines, composed
    characters (NFC)."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    text = _NEWLINES.sub("\n", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
        text = unicodedata.normalize("NFC", text)
    text = _CONTROLS.sub("", text)
    # Line by line: a pattern for trailing spaces takes quadratic time on a long run of spaces.
    text = "\n".join([line.rstrip() for line in text.split("\n")])
    return _BLANKS.sub("\n\n\n", text).strip("\n")
