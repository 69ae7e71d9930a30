"""Notebooks: text, code and outputs as they are seen; pictures and floods are counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.documents.formats import by_name
from tasks.documents.readers import Reading, Unusable
from tasks.documents.worker import document


def read(*cells: dict[str, Any], **more: Any) -> Reading:
    notebook = {"nbformat": 4, "metadata": {"kernelspec": {"language": "python"}}, "cells": list(cells), **more}
    return document(json.dumps(notebook).encode(), by_name("a.ipynb").detail, 10_000_000)


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": list(outputs)}


def result(**data: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {name.replace("_", "/"): told for name, told in data.items()}}


FRAME = "   hour  height\n0     1    1.02\n1     2    1.73"
PAGE = "<div><style scoped>.dataframe{}</style><table><tr><th>hour</th></tr></table></div>"


def test_cells_in_their_order() -> None:
    reading = read(
        {"cell_type": "markdown", "source": ["# Tides\n", "\n", "The sine is fitted. ![x](attachment:x.png)"]},
        code("print(1)\nx", {"output_type": "stream", "name": "stdout", "text": ["1\n"]}),
        code("frame", result(text_plain=FRAME, text_html=PAGE)),
        code(
            "1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
        ),
        {"cell_type": "raw", "source": "GONE"},
    )
    assert reading.title == "Tides" and reading.notes == ()
    parts = [
        "# Tides\n\nThe sine is fitted. ",
        "```python\nprint(1)\nx\n```",
        "```\n1\n```",
        "```python\nframe\n```",
        f"```\n{FRAME}\n```",
        "```python\n1/0\n```",
        "ZeroDivisionError: division by zero",
    ]
    assert reading.text == "\n\n".join(parts)


def test_pictures_and_floods_are_counted() -> None:
    picture = result(image_png="iVBORw0KGgo" * 900, text_plain="<Figure size 640x480 with 1 Axes>")
    flood = {"output_type": "stream", "text": "".join(f"line {n}\n" for n in range(100))}
    bar = {"output_type": "stream", "text": "".join(f"\r{n}%" for n in range(101)) + "\n\x1b[31mdone\x1b[0m"}
    reading = read(code("plot()", picture), code("run()", flood), code("wait()", bar))
    assert "iVBOR" not in reading.text and "Figure" not in reading.text and "line 40" not in reading.text
    assert "line 39" in reading.text and "```\n100%\ndone\n```" in reading.text
    assert [(note.reason, note.detail.rsplit(" ", 1)[-1]) for note in reading.notes] == [
        ("pictures", "1"),
        ("long_outputs", "60"),
    ]


def test_older_notebooks_and_what_is_none() -> None:
    old = {
        "cell_type": "code",
        "input": ["x = 1"],
        "language": "python",
        "outputs": [{"output_type": "pyout", "text": ["1"]}],
    }
    heading = {"cell_type": "heading", "level": 2, "source": "Old"}
    reading = read(worksheets=[{"cells": [heading, old]}], cells=None, nbformat=3)
    assert reading.text == "## Old\n\n```python\nx = 1\n```\n\n```\n1\n```"
    for data in (b"[]", b"{", b'{"cells": 3}', b'{"cells": ["x"]}'):
        with pytest.raises(Unusable):
            document(data, by_name("a.ipynb").detail, 1_000)
