"""Tokens of chat templates that a server let through: `<|im_end|>`, `<|eot_id|>`, `<end_of_turn>`, `[/INST]`.

A token is known by its brackets, `<|…|>` and the like, which prose does not use. One that a sentence speaks of, or that
stands in code, is part of the answer; one that is glued to the text's end, or opens another turn, is not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.teacher.faults import Fault
from tasks.text.markdown import outside_code

_TOKEN = re.compile(
    r"<\|(?![a-z_]*(?:think|thought|reason|tool|python|action))[a-z][a-z0-9_/-]{1,40}\|>|<｜(?!tool)[^<>｜\n]{2,40}｜>|\[\|[a-z_]{2,20}\|\]"
    r"|</?(?:start|end|begin)_of_[a-z]{3,12}>|</?\|?(?:bos|eos|pad|eot|eod)\|?>|\[/?INST\]|<</?SYS>>|\[(?:EOS|BOS)\]|</?s>",
    re.I,
)
_ROLE = r"(?:system|user|assistant|model|human|tool|ipython)"
# What opens a turn: a token with a role's name in it or after it.
_TURN = re.compile(
    rf"(?:<\|(?:im_start|start|start_header_id|header_start|start_of_role|turn)\|>|<start_of_turn>)\s*{_ROLE}\b"
    rf"(?:<\|[a-z_]+\|>)?|<\|{_ROLE}(?:_start)?\|>|<｜{_ROLE}｜>|\[\|{_ROLE}\|\]|\[INST\]",
    re.I,
)
_SPOKEN_OF = re.compile(r"[ \t]+[a-z(,]")
# The role's name alone, where a server took the tokens off.
_BARE_HEAD = re.compile(r"\A\s*(?:assistant|model)[ \t]*\n[ \t]*\n")
_BARE_TURN = re.compile(r"(?<=[A-Za-z0-9.!?)\"”*])assistant[ \t]*\n[ \t]*\n")
_ANY_SIGN = re.compile(r"[<\[]|assistant[ \t]*\n")
"""What every token and turn has a part of."""
_STRIKE = re.compile(r"</?s>", re.I)
_LAST_WORD_END = re.compile(r"\S")
_CLOSED = (".", "!", "?", "…", "。", '"', "”", ")", "*", "|", ">", "]")


class _Spot(NamedTuple):
    start: int
    end: int


def without_head(text: str) -> str:
    """The text without the tokens, and the role's name, that it begins with."""
    at, html = 0, _words_struck_out(text)
    while True:
        start = at + len(text[at : at + 200]) - len(text[at : at + 200].lstrip())
        found = _TURN.match(text, start) or _TOKEN.match(text, start)
        if found is None or _SPOKEN_OF.match(text, found.end()) or (html and _STRIKE.fullmatch(found[0])):
            break
        at = found.end()
    return text[at:] if at else _BARE_HEAD.sub("", text)


def own_turn(text: str, asked: str = "") -> str:
    """The text up to the tokens that end it, or to another turn; `asked` is what the model was told.

    Raises Fault, unusable, where tokens that nobody spoke of are left among the words.
    """
    if not _ANY_SIGN.search(text):
        return text
    turns = outside_code(text, [_Spot(*m.span()) for m in _TURN.finditer(text)])
    text = text[: next((turn.start for turn in turns if _follows_one(text, turn, asked)), None)]
    if (bare := _BARE_TURN.search(text)) is not None:
        text = text[: bare.start()]
    text = without_tail(text)
    html, named = _words_struck_out(text), {m.start() for m in _TURN.finditer(text)}
    spots = [
        _Spot(*m.span())
        for m in _TOKEN.finditer(text)
        if m[0] not in asked and m.start() not in named and not (html and _STRIKE.fullmatch(m[0]))
    ]
    if any(_glued(text, spot) for spot in outside_code(text, spots)):
        raise Fault("unusable", "template_tokens", "tokens of a chat template stood among the words of the answer")
    return text


def _follows_one(text: str, turn: _Spot, asked: str) -> bool:
    """Whether a turn's opening comes after the end of another, and is not what a sentence speaks of or a prompt asked about."""
    before = text[max(0, turn.start - 200) : turn.start]
    ended = _TOKEN.search(before.rstrip()[-60:])
    return (
        bool(before.strip())
        and before[-1:] not in (" ", '"', "'", "(", "“")
        and (ended is not None or text[turn.start : turn.end] not in asked)
    )


def without_tail(text: str) -> str:
    """The text without the tokens that it ends with, unless the last is the object of its sentence."""
    end, html = len(text), _words_struck_out(text)
    while True:
        last_word = _LAST_WORD_END.search(text[max(0, end - 200) : end][::-1])
        if last_word is None:
            return text[:end]
        stop = end - last_word.start()
        last = next((m for m in _TOKEN.finditer(text, max(0, stop - 60), stop) if m.end() == stop), None)
        if last is None or (html and _STRIKE.fullmatch(last[0])):
            return text[:end]
        before = text[max(0, last.start() - 60) : last.start()]
        if before.endswith(" ") and not before.rstrip().endswith(_CLOSED):  # "The token is <|im_end|>"
            return text[:end]
        end = last.start()


def _words_struck_out(text: str) -> bool:
    """Whether `<s>` and `</s>` are HTML here, a pair with words on either side."""
    return "<s>" in text and "</s>" in text and not (text.startswith("<s>") and text.rstrip().endswith("</s>"))


def _glued(text: str, spot: _Spot) -> bool:
    """Whether a token touches a word, as none does that is spoken of."""
    return text[max(0, spot.start - 1) : spot.start].isalnum() or text[spot.end : spot.end + 1].isalnum()
