"""What everything is printed on: text of documents and answers is shown there and cannot command the terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Controls of terminals, marks that turn the direction of writing, and what no terminal can be sent."""


def screen(*, errors: bool = False, wide: bool = False, folded: bool = True) -> Console:
    """A console for output or errors, their lines folded to the window unless told otherwise.

    `wide` keeps a row of a table on one line where nobody's window limits it.
    """
    width = 200 if wide and not sys.stdout.isatty() and "COLUMNS" not in os.environ else None
    console = Console(stderr=errors, highlight=False, emoji=False, soft_wrap=errors or not folded, width=width)
    console.push_render_hook(_Escaping())
    return console


def visible(text: str) -> str:
    """The text with what would command a terminal written out."""
    if text.isascii() and text.isprintable():
        return text
    return _COMMANDS.sub(lambda found: json.dumps(found[0])[1:-1], text)


def tell(value: Any) -> None:
    """Print a value as JSON, for programs; one that has read enough ends us quietly."""
    try:
        print(json.dumps(value, indent=1), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to be written goes nowhere
        raise SystemExit(1) from None


class _Escaping(RenderHook):
    """Writes out commands at the last moment, so that no way to the terminal leads past it."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Escaped(each) for each in renderables]


class _Escaped:
    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _escaped(console.render(self._renderable, options))


def _escaped(segments: Iterable[Segment]) -> Iterable[Segment]:
    for segment in segments:
        yield segment if segment.control else segment._replace(text=visible(segment.text))
