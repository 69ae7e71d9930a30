"""The reader of a report: records to browse, filter, search, read and mark, each with all that it went through.

What stands here is its frame; `reader.js` fills it from the blocks of data that :mod:`reader_payload` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tasks.publish.report.html import Element, h
from tasks.publish.report.reader_payload import Payload
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.settings import Settings

SCRIPTS = (
    "reader_elements.js",
    "reader_changes.js",
    "reader_data.js",
    "reader_record.js",
    "reader_marks.js",
    "reader.js",
)
STYLES = ("reader.css", "reader_record.css")
"""What the page needs of these, in this order."""
_KEYS = (
    (("j", "k"), "next, previous record; in the list, arrows do too"),
    (("Enter",), "from the list into the record"),
    (("/",), "search; words in any order, and “several words” as they stand"),
    (("Esc",), "leave: from search and record to the list"),
    (("1", "2", "3"), "conversation, how it was made, checks and cost"),
    (("g", "b"), "mark as good, as bad; the same key again takes the mark back"),
    (("n",), "write a note"),
    (("f",), "to the filters"),
    (("?",), "this help"),
)
_TABS = (("talk", "Conversation"), ("made", "How it was made"), ("proof", "Checks and cost"))


class Sampled(Protocol):
    """The records that a report shows."""

    total_rows: int
    total_rejects: int

    def rows(self) -> Iterator[Json]: ...
    def rejects(self) -> Iterator[Json]: ...


@dataclass(frozen=True)
class Reader:
    """The reader's part of a page: its elements, and blocks of data by element id."""

    markup: Element
    data: dict[str, str]


def reader(directory: RunDirectory, sample: Sampled) -> Reader:
    """The reader over these records of a run."""
    manifest = directory.manifest
    facts = {
        "run": directory.store.identity,
        "threshold": manifest.get("settings", {}).get("judge_threshold", Settings().judge_threshold),
        "rows": sample.total_rows,
        "rejects": sample.total_rejects,
    }
    return Reader(_markup(), Payload(directory, sample.rows(), sample.rejects()).blocks(facts))


def _markup() -> Element:
    return h(
        "div",
        h("div", _search(), _filters(), _list(), class_="reader-browse"),
        _record(),
        _help(),
        id="reader-frame",
        class_="reader",
    )


def _search() -> Element:
    return h(
        "div",
        h("label", "Search", for_="reader-search", class_="reader-hidden"),
        h(
            "input",
            id="reader-search",
            type="search",
            placeholder="Search all texts  ( / )",
            autocomplete="off",
            spellcheck="false",
            aria_describedby="reader-count",
        ),
        h(
            "button",
            "Filters",
            type="button",
            id="reader-filter",
            aria_expanded="false",
            aria_controls="reader-filters",
        ),
        h("button", "?", type="button", id="reader-keys", aria_label="Keyboard shortcuts", aria_haspopup="dialog"),
        class_="reader-search",
        role="search",
    )


def _filters() -> Element:
    chosen = ("outcome", "skill", "type", "reason", "step", "check", "result", "difficulty", "marked", "sort")
    names = {"type": "task type", "check": "check", "result": "its result", "marked": "marks", "sort": "order"}
    spans = (("score", "Judge’s score"), ("words", "Words of the answer"))
    return h(
        "form",
        [
            h("label", h("span", names.get(name, name).capitalize()), h("select", name=name), class_="reader-field")
            for name in chosen
        ],
        [
            h(
                "fieldset",
                h("legend", title),
                h(
                    "input",
                    name=f"{name}-from",
                    type="number",
                    min=0,
                    step="any",
                    placeholder="from",
                    aria_label="from",
                ),
                h("input", name=f"{name}-to", type="number", min=0, step="any", placeholder="to", aria_label="to"),
                class_="reader-field",
            )
            for name, title in spans
        ],
        h("button", "Clear all", type="reset", id="reader-clear"),
        id="reader-filters",
        class_="reader-filters",
        aria_label="Filters",
        hidden=True,
    )


def _list() -> list[Element]:
    return [
        h("p", id="reader-count", role="status", aria_live="polite", class_="reader-count"),
        h("p", id="reader-sampled", class_="reader-sampled", hidden=True),
        h(
            "div",
            h("div", id="reader-rows", class_="reader-rows", role="presentation"),
            id="reader-list",
            class_="reader-list",
            role="listbox",
            aria_label="Records",
            tabindex=0,
        ),
        h(
            "div",
            h("span", id="reader-kept", role="status"),
            h(
                "label",
                h("input", type="checkbox", id="reader-use"),
                h("span", id="reader-best"),
                id="reader-threshold",
                class_="reader-threshold",
                hidden=True,
            ),
            h("button", "Save marks", type="button", id="reader-save"),
            h("button", "Load marks", type="button", id="reader-load"),
            h(
                "input",
                type="file",
                id="reader-file",
                accept=".json,application/json",
                hidden=True,
                aria_label="Marks file",
            ),
            class_="reader-marks",
        ),
    ]


def _record() -> Element:
    tabs = [
        h(
            "button",
            title,
            type="button",
            role="tab",
            id=f"reader-tab-{name}",
            aria_controls="reader-panel",
            aria_selected="true" if name == "talk" else "false",
            tabindex=0 if name == "talk" else -1,
        )
        for name, title in _TABS
    ]
    return h(
        "article",
        h("p", "No record is open.", id="reader-none", class_="reader-none"),
        h(
            "div",
            h(
                "div",
                h("button", "← List", type="button", id="reader-back", class_="reader-back"),
                h("h2", id="reader-title", tabindex=-1),
                h("div", id="reader-facts", class_="reader-facts"),
                class_="reader-head",
            ),
            _mark_bar(),
            h("div", tabs, role="tablist", aria_label="What is shown of the record", class_="reader-tabs"),
            h(
                "div",
                id="reader-panel",
                role="tabpanel",
                tabindex=0,
                class_="reader-panel",
                aria_labelledby="reader-tab-talk",
            ),
            id="reader-open",
            hidden=True,
        ),
        class_="reader-record",
        aria_label="Record",
    )


def _mark_bar() -> Element:
    again = (("", "leave it at that"), ("answer", "answer this task again"), ("task", "make another task in its place"))
    return h(
        "div",
        h("button", "Good", type="button", id="reader-good", aria_pressed="false", aria_keyshortcuts="g"),
        h("button", "Bad", type="button", id="reader-bad", aria_pressed="false", aria_keyshortcuts="b"),
        h("label", "Note", for_="reader-note", class_="reader-hidden"),
        h("input", id="reader-note", type="text", placeholder="Note", maxlength=2000, autocomplete="off"),
        h(
            "label",
            h("span", "The next run with these marks:"),
            h("select", [h("option", text, value=value) for value, text in again], id="reader-again"),
            id="reader-next",
            class_="reader-next",
            hidden=True,
        ),
        class_="reader-mark",
        role="group",
        aria_label="Your mark",
    )


def _help() -> Element:
    return h(
        "dialog",
        h("h2", "Keyboard", id="reader-help-title"),
        h(
            "dl",
            [h("div", h("dt", [[h("kbd", key), " "] for key in keys]), h("dd", does)) for keys, does in _KEYS],
        ),
        h("button", "Close", type="button", id="reader-help-close", autofocus=True),
        id="reader-help",
        class_="reader-help",
        aria_labelledby="reader-help-title",
    )
