"""Checks of a conversation of several turns: its length, the user's voice, and that nobody says the same thing twice."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.checks.check import Doubt, together
from tasks.checks.declining import nothing_else
from tasks.kinds.conversation.pointing import announces
from tasks.records import Json, Record
from tasks.text.plain import calm, plain
from tasks.text.words import words

LONGEST_TURN = 180
"""Words above which a user's later message is no longer one that people type."""
SHORT = 12
"""Words up to which an answer that declines gives neither ground nor way out."""
_SAME = 0.5
"""Share of an answer's five-word runs in an earlier answer from which on it repeats that one."""
_SAYS_AGAIN = frozenset(
    {"recap", "format_change", "simplification", "language_change", "constraint_added", "unit_change", "false_claim"}
)
"""Moves that ask for what was said, in another form."""
_ASSISTANT = re.compile(
    r"\bas an? (?:ai|language model|assistant)\b|\bhow (?:can|may) i (?:help|assist)\b|\bi(?:'d| would) be (?:happy|glad) to\b"
    r"|\b(?:happy|glad) to help\b|^(?:certainly|absolutely|sure thing|of course)[!,.]|\blet me know if (?:you|there)\b"
    r"|\bfeel free to\b|\bi hope (?:this|that) helps\b|\b(?:great|good|excellent) question\b"
    r"|^here(?:'s| is| are) (?:a|an|the|some|your) (?:\w+ ){0,3}(?:summary|list|overview|breakdown|steps|explanation)\b"
    r"|\b(?:hidden goal|my persona|next move|the move is|user simulator|simulated user)\b|\bin (?:summary|conclusion),"
)
_PRAISE = re.compile(
    r"\b(?:great|excellent|perfect|wonderful|fantastic|amazing|brilliant|very helpful|really helpful|super helpful)"
    r" (?:answer|explanation|advice|summary|point|points|overview|breakdown|response|suggestions?)\b"
    r"|\bthanks?(?: you)?(?: so much| very much)?,? (?:that|this)(?:'s| is| was) (?:so |very |really |super )?"
    r"(?:helpful|great|clear)\b"
    r"|\bthat(?:'s| is| was) (?:so|very|really|super|incredibly) (?:helpful|clear|insightful)\b"
)
_PROSE = re.compile(r"(?![-*•>|#`]|\d{1,2}[.)]\s)")
_ENDED = re.compile(r"[.!?…:;。\uff01\uff1f][\"'”\u2019)\]*_`]*$|[)\]}*`|]$|[^\w\s,\-\u2013—]$")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+\S", re.M)


def exchanges(record: Record) -> list[tuple[str, str]]:
    """What the user says and what the assistant answers, turn by turn; calls and their results left out."""
    found: list[tuple[str, str]] = []
    asked: str | None = None
    for message in record.messages:
        content = message.get("content")
        text = calm(content) if isinstance(content, str) else ""
        if message.get("role") == "user":
            asked = text
        elif message.get("role") == "assistant" and text.strip() and asked is not None:
            found.append((asked, text))
            asked = None
    return found


def played_moves(record: Record) -> list[tuple[Json, str, str]]:
    """The planned moves that were made, each with the user's turn and the answer to it."""
    moves = record.formal.get("moves") or []
    return [(move, *pair) for move, pair in zip(moves, exchanges(record)[1:], strict=False)]


def turns(record: Record) -> str | None:
    """Rejects a conversation of one turn, one longer than planned, and users who speak twice in a row."""
    roles = [
        m.get("role") for m in record.messages if m.get("role") in {"user", "assistant"} and not m.get("tool_calls")
    ]
    if any(one == other for one, other in pairwise(roles)):
        return "two turns of one side in a row"
    count, planned = roles.count("user"), 1 + len(record.formal.get("moves") or [])
    if count < 2:
        return "no second turn of the user"
    return f"{count} turns of the user where {planned} were planned" if count > planned else None


def user_voice(record: Record) -> str | Doubt | None:
    """Rejects a user who writes an article or asks the same thing twice; doubts one who talks like an assistant or praises."""
    doubts: list[Doubt] = []
    asked_before = {tuple(words(asked)) for asked, _ in exchanges(record)[:1]}
    for number, (asked, _) in enumerate(exchanges(record)[1:], 2):
        said = plain(asked)
        if tuple(words(asked)) in asked_before:
            return f"turn {number} of the user repeats an earlier one"
        asked_before.add(tuple(words(asked)))
        if announces(asked):
            return f"turn {number} of the user announces what does not follow"
        for pattern, problem in ((_ASSISTANT, "sounds like an assistant"), (_PRAISE, "praises the answer")):
            if pattern.search(said):
                doubts.append(
                    Doubt(
                        f"turn {number} of the user {problem}",
                        "Is this message what a person would type who wants something, with no offer of help and no praise "
                        "beyond a plain thank-you?",
                        {"message": asked},
                    )
                )
        if len(words(said)) > LONGEST_TURN or len(_ITEM.findall(asked)) > 4:
            return f"turn {number} of the user is no message that people type"
    return together(doubts)


def each_answered(record: Record) -> str | None:
    """Rejects an answer, the last or an earlier one, that breaks off, or only says that nothing can be said."""
    for number, (_, answer) in enumerate(exchanges(record), 1):
        if len(answer.split()) <= SHORT and "?" not in answer and nothing_else(answer):
            return f"answer {number} only declines"
        last = answer.strip().splitlines()[-1].strip()
        if len(last.split()) >= 4 and _PROSE.match(last) and not _ENDED.search(last):
            return f"answer {number} breaks off"
    return None


def no_repeats(record: Record) -> str | None:
    """Rejects an answer that repeats an earlier one."""
    moves = [{"move": ""}, *(record.formal.get("moves") or [])]
    told: list[tuple[str, ...]] = []
    for number, (_, answer) in enumerate(exchanges(record)):
        answered = words(answer)
        again = number < len(moves) and moves[number].get("move") in _SAYS_AGAIN
        if any(_repeats(answered, earlier, again) for earlier in told):
            return f"answer {number + 1} repeats an earlier one"
        told.append(answered)
    return None


def _repeats(answer: tuple[str, ...], earlier: tuple[str, ...], again: bool) -> bool:
    if len(answer) < 8:
        return False
    if again or len(answer) < 25:
        return answer == earlier
    runs, known = (set(zip(*(said[i:] for i in range(5)), strict=False)) for said in (answer, earlier))
    return len(runs & known) > _SAME * len(runs)
