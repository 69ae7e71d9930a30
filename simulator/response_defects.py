"""Defects of a responder that answers in text: wrong, refused, cut off, repeated, leaking or made up."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.broken_rules import constraint_violation
from simulator.case import Case, Planted, other_number, sentences
from tasks.teacher.material import NOTICE

_FINAL = re.compile(
    r"^(?P<lead>\W*(?:final |correct )?answer\W*?[:=]\W*)(?P<value>[^\n]*?)(?P<tail>[.*\s]*)$", re.I | re.M
)
_OPTION = re.compile(r"^\s*(?:[-*]\s+)?\(?([A-Z])[.):]\)?\s+(\S.*)$", re.M)
_STATED = re.compile(
    r"(?P<lead>\b(?:answer|option|choice|letter)(?: is)?[^\w\n]{1,6}(?:option )?\(?)(?P<letter>[A-Z])\b"
    r"|(?P<start>^\W*)(?P<alone>[A-Z])(?=[.):,*]|\s+-|\s*$)",
    re.I | re.M,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TRUTH = re.compile(r"\b(true|false)\b", re.I)
_SEQUENCE = re.compile(r"\W*[A-Z](\W+[A-Z])+\W*")
_FREE = re.compile(r"\b(title|heading|headline|caption)\b", re.I)
_PAIR = re.compile(r"\b(\d+)\s*-\s*([A-Z])\b")


def wrong_option(case: Case) -> Planted | None:
    """Another letter, wherever the answer states one, with the text of that option."""
    options = _options(case.asked)
    stated = [letter for m in _STATED.finditer(case.content) if (letter := m["letter"] or m["alone"]) in options]
    final = [m["value"] for m in _FINAL.finditer(case.content)] or [case.content]
    if len(options) < 2 or not stated or case.abstains or _PAIR.search(case.content) or _SEQUENCE.fullmatch(final[-1]):
        return None
    right = stated[-1]
    if any(letter != right for letter in stated):
        return None
    wrong = case.random.choice([letter for letter in options if letter != right])

    def other(found: re.Match[str]) -> str:
        lead, letter = found["lead"] or found["start"] or "", found["letter"] or found["alone"]
        return lead + (wrong if letter == right else letter)

    text = rf"(?<!\w){re.escape(options[right])}(?!\w)"
    content = re.sub(text, lambda _: options[wrong], _STATED.sub(other, case.content))
    return case.content_becomes(content, f"{right}->{wrong}")


def wrong_answer(case: Case) -> Planted | None:
    """Another final answer in the right form: truth, number, order, pairs, list, or a few words."""
    content = case.content
    if case.abstains or not content.strip():
        return None
    finals = list(_FINAL.finditer(content))
    start, end = finals[-1].span("value") if finals else (0, len(content))
    value = content[start:end]
    short = bool(finals) or len(content.split()) <= 12
    if (not finals and _TRUTH.search(sentences(content)[0])) or _TRUTH.fullmatch(value.strip()):
        return case.content_becomes(_TRUTH.sub(lambda m: _flipped(m[0]), content), "truth")
    if len(pairs := _PAIR.findall(value)) > 1 and len({letter for _, letter in pairs}) > 1:
        following = dict(zip(dict.fromkeys(x for _, x in pairs), _rotated([x for _, x in pairs]), strict=True))
        return _replaced(case, start, end, _PAIR.sub(lambda m: f"{m[1]}-{following[m[2]]}", value), "matching")
    if _SEQUENCE.fullmatch(value):
        letters = _rotated(re.findall("[A-Z]", value))
        return _replaced(case, start, end, re.sub("[A-Z]", lambda _: letters.pop(0), value), "order")
    lines = [line for line in content.splitlines() if line.strip()]
    if not finals and len(lines) > 1 and all(len(line.split()) <= 8 for line in lines):
        lines.remove(case.random.choice(lines))
        return case.content_becomes("\n".join(lines), "set")
    if short and (found := list(_NUMBER.finditer(value))):
        a, b = found[-1].span()
        other = other_number(found[-1][0], case.random)
        return _replaced(case, start, end, value[:a] + other + value[b:], "number")
    words = [w for w in re.findall(r"\w{4,}", case.asked) if w.lower() not in content.lower()]
    if not short or not words or re.fullmatch(r"\W*[A-Z]\W*", value) or _FREE.search(case.asked):
        return None
    return _replaced(case, start, end, case.random.choice(words), "span")


def boilerplate(case: Case) -> Planted | None:
    variants = [
        f"As an AI language model, I do not hold opinions, but I can answer this. {case.content}",
        f"Certainly! Here is the answer:\n\n{case.content}",
        f"Great question! {case.content}",
        f"{case.content}\n\nI hope this helps! Let me know if you have any other questions.",
    ]
    return case.content_becomes(case.random.choice(variants)) if case.content else None


def refusal_text(case: Case) -> Planted | None:
    said = [
        "I'm sorry, but I can't assist with that request.",
        "I cannot help with this task.",
        "I am unable to provide an answer to this.",
    ]
    return case.content_becomes(case.random.choice(said)) if case.content else None


def prompt_leak(case: Case) -> Planted | None:
    tag = f"passage-{case.random.getrandbits(40):010x}"
    variants = [
        f"<{tag}>\n{case.content}\n</{tag}>",
        f"Answer form: free text. {case.content}",
        f"{NOTICE}\n\n{case.content}",
        f"- task_type: reading\n- answer_form: span\n\n{case.content}",
    ]
    return case.content_becomes(case.random.choice(variants)) if case.content else None


def cut_off(case: Case) -> Planted | None:
    """Ends in the middle of its last long sentence, although nothing says so."""
    long = [s for s in sentences(case.content) if len(s.split()) >= 6 and re.search(r"[.!?]\W*$", s)]
    if not long:
        return None
    begins = case.content.rindex(long[-1])
    middle = re.search(rf"^(?:\S+\s+){{3,{len(long[-1].split()) // 2}}}[a-z]{{2,}}(?= )", long[-1])
    return case.content_becomes(case.content[: begins + middle.end()]) if middle else None


def repetition(case: Case) -> Planted | None:
    """One sentence eight times over."""
    long = [
        s for s in sentences(case.content) if len(s.split()) >= 4 and re.search(r"[.!?]\W*$", s) and not _FINAL.match(s)
    ]
    if not long:
        return None
    said = case.random.choice(long)
    return case.content_becomes(case.content.replace(said, " ".join([said] * 8), 1))


def hallucinated_answer(case: Case) -> Planted | None:
    """A made-up value where the proper answer says that there is none."""
    if not case.abstains:
        return None
    options = _options(case.asked)
    if options:
        value = case.random.choice(sorted(options))
    elif re.search(r"<number>|figure|how many|how much", case.asked, re.I):
        value = str(case.random.randint(11, 989))
    elif re.search(r"\btrue\b", case.asked, re.I):
        value = case.random.choice(["True", "False"])
    else:
        value = case.random.choice(
            ["the northern depot", "1874", "sixty kilograms of copper", "the second of the three routes"]
        )
    content = f"Answer: {value}" if "Answer:" in case.asked else f"{value[:1].upper()}{value[1:]}"
    return case.content_becomes(content, "option" if options else "value")


def abstains_wrongly(case: Case) -> Planted | None:
    if not case.content or case.abstains:
        return None
    return case.content_becomes(case.random.choice(["The text does not say.", "The passage does not state this."]))


def _options(asked: str) -> dict[str, str]:
    """The last run of options A, B, ... in what the student sees."""
    found: dict[str, str] = {}
    for letter, text in _OPTION.findall(asked):
        if letter == "A":
            found = {}
        if letter == chr(ord("A") + len(found)):
            found[letter] = text.strip()
    return found


def _flipped(word: str) -> str:
    other = "false" if word.lower() == "true" else "true"
    return other.upper() if word.isupper() else other.title() if word[0].isupper() else other


def _rotated(letters: list[str]) -> list[str]:
    distinct = list(dict.fromkeys(letters))
    return [*distinct[1:], distinct[0]]


def _replaced(case: Case, start: int, end: int, value: str, detail: str) -> Planted:
    return case.content_becomes(case.content[:start] + value + case.content[end:], detail)


RESPONSE: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant
    for plant in (
        wrong_option,
        wrong_answer,
        boilerplate,
        refusal_text,
        prompt_leak,
        cut_off,
        repetition,
        hallucinated_answer,
        abstains_wrongly,
        constraint_violation,
    )
}
