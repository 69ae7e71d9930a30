"""What a form of answer is: how it is read out of a response, compared with the key, and kept in shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tasks.answers.choices import drop_letters
from tasks.answers.final import both_ends
from tasks.records import Record

Readings = list[list[str]]
"""Every way to read the one final answer of a response, each in the shape of `Record.key`, best first.

Empty if the response states no final answer, or several."""


class Agreement(Enum):
    """What a program finds when it holds the answer of a response against the key."""

    SAME = "same"
    OTHER = "other"
    """It has another value."""
    SEVERAL = "several"
    """It gives more than one answer, or takes back the one that it gives."""
    UNREAD = "unread"
    """No final answer is found; a reader may find one."""
    UNCLEAR = "unclear"
    """The words differ, and what they mean may not."""


def strip_key(key: list[str], options: list[str]) -> list[str]:
    """The key without blanks around its members and without empty ones."""
    return [item.strip() for item in key if item.strip()]


def read_nothing(record: Record, text: str) -> Readings:
    """No reading: for forms whose answer no program finds in a response."""
    return []


def compare_nothing(record: Record, text: str) -> Agreement | None:
    """No verdict: for forms whose answers no program compares."""
    return None


@dataclass(frozen=True, slots=True)
class Form:
    """One form of answer, by its name in `prompts.AnswerForm`."""

    name: str
    fault: Callable[[Record], str | None]
    """What is wrong with the shape of a record's options and key; None if nothing is."""
    read: Callable[[Record, str], Readings] = read_nothing
    """The final answer that a text states."""
    compare: Callable[[Record, str], Agreement | None] = compare_nothing
    """The final answer of a text against the key; None where there is nothing that a program could compare."""
    tidy_options: Callable[[list[str]], list[str]] = drop_letters
    """The options with slips of their author put right."""
    tidy_key: Callable[[list[str], list[str]], list[str]] = strip_key
    """The key with slips of its author put right, given the tidied options."""
    exact: bool = False
    """Whether a program finds the answer in any response that states one."""


def given_key(record: Record) -> list[str]:
    """The members of the key that are not blank."""
    return [member for member in record.key if member.strip()]


def rightly_keyless(record: Record) -> bool:
    """Whether the record has no key because its task has no answer."""
    return not record.key and not record.answerable


def refuse_options(record: Record) -> str | None:
    """The fault of a record whose form of answer knows no options, and that has some."""
    return f"options in the form {record.answer_form}" if record.options else None


def compare_readings(
    read: Callable[[Record, str], Readings], same: Callable[[list[str], list[str]], bool]
) -> Callable[[Record, str], Agreement | None]:
    """What `Form.compare` is where each way to read the answer can be held against the key: `same(key, reading)`."""

    def compare(record: Record, text: str) -> Agreement | None:
        key = given_key(record)
        if not key:
            return None
        found = read(record, both_ends(text))
        if not found:
            return Agreement.UNREAD
        return Agreement.SAME if any(same(key, reading) for reading in found) else Agreement.OTHER

    return compare
