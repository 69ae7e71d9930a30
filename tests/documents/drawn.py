"""PDF pages as tests draw them: text at its place, or a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Words(NamedTuple):
    """A text and where it begins, in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 11
    font: str = "F1"
    """F1 Times, F2 Times bold, F3 Courier, F4 any letters (six points wide at size 12)."""
    turn: int = 0
    """Degrees against the clock."""


FONTS = {"F1": "Times-Roman", "F2": "Times-Bold", "F3": "Courier"}
_CID = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end end"""


def pdf(*pages: Sequence[Words], turn: int = 0, title: str = "") -> bytes:
    """A PDF of pages of 595 by 842 points; a page without words holds a picture alone."""
    kids = " ".join(f"{9 + 2 * number} 0 R" for number in range(len(pages)))
    fonts = "/F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 6 0 R"
    system = "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 595 842] /Rotate {turn} >>",
        **{
            number: f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            for number, name in zip((3, 4, 5), FONTS.values(), strict=True)
        },
        6: "<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 8 0 R >>",
        7: f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 500 /CIDSystemInfo {system} >>",
        8: f"<< /Length {len(_CID)} >>\nstream\n{_CID}\nendstream",
    }
    for number, words in enumerate(pages):
        content = "\n".join(_shown(word) for word in words) or "0.5 g 50 50 400 700 re f"
        objects[9 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /Resources << /Font << {fonts} >> >> /Contents {10 + 2 * number} 0 R >>"
        )
        objects[10 + 2 * number] = f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream"
    last = max(objects) + 1
    objects[last] = f"<< /Title ({title}) >>"
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{places[number]:010d} 00000 n \n".encode() for number in range(1, last + 1))
    return (
        bytes(out)
        + f"trailer << /Size {last + 1} /Root 1 0 R /Info {last} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def _shown(word: Words) -> str:
    if word.font == "F4":
        text = "<" + word.text.encode("utf-16-be").hex() + ">"
    else:
        text = "(" + word.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    a, b = math.cos(math.radians(word.turn)), math.sin(math.radians(word.turn))
    return f"BT /{word.font} {word.size} Tf {a:.4f} {b:.4f} {-b:.4f} {a:.4f} {word.x} {word.y} Tm {text} Tj ET"


def column(x: float, y: float, text: str, characters: int = 48, step: float = 14, **look: object) -> list[Words]:
    """A text in lines of so many characters, from above."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > characters:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return [Words(x, y - step * number, told, **look) for number, told in enumerate(lines)]  # type: ignore[arg-type]
