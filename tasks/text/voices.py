"""Who speaks in a text: its writer, or somebody whose words are given in quotes, after a name, or as a draft."""

from __future__ import annotations

import re

_QUOTED = re.compile(
    r"“[^”]*(?:”|\Z)|«[^»]*(?:»|\Z)|„[^“”]*[“”]|(?<!\w)\"[^\"\n]*(?:\"|$)"
    r"|(?<!\w)[\u2018'](?=\w)[^\n]{1,800}?(?<=[\w.,!?…])[\u2019'](?!\w)"
    r"|^[ \t]*>.*$",
    re.M,
)
_SPEAKER = re.compile(r"^[ \t]*\W{0,3}[A-Z][\w.'\u2019-]*(?: [A-Z(][\w.'\u2019)-]*){0,3}\W{0,3}:.*$", re.M)
_DRAFT = re.compile(r":[ \t*_]*\n\s*\n[^\n]+(?:\n[^\n]+)*")
_SPOKEN_FOR = re.compile(
    r"\b(?:dialogues?|monologues?|scenes?|stor(?:y|ies)|tales?|speech(?:es)?|letters?|e-?mails?|messages?"
    r"|notes? (?:to|for|from)|drafts?"
    r"|repl(?:y|ies)|poems?|songs?|plays?|sketch(?:es)?|scripts?|diar(?:y|ies)|narrat\w+|in the voice|first person"
    r"|characters?|told by"
    r"|what (?:could|can|should|do|would) i (?:write|say|tell|text|answer)|how (?:could|can|should|do"
    r"|would) i (?:word|put|phrase|say|tell"
    r"|answer)|wording|one line|postcards?|interviews?|announcements?|voicemail|invitations?|toasts?|eulog\w+)\b"
)
_FIRST_PERSON = re.compile(r"(?<![\w\"“'])(?:I|we|We)(?:['\u2019](?:m|d|ll|ve|re))?\s")


def own_voice(text: str) -> str:
    """The text without what others say in it: quotes, lines of a dialogue, drafts set off from what introduces them."""
    rest = _QUOTED.sub(" ", text)
    if len(_SPEAKER.findall(rest)) > 1:
        rest = _SPEAKER.sub(" ", rest)
    return _DRAFT.sub(":\n", rest)


def speaks_for_others(asked: str, material: str = "") -> bool:
    """Whether a task, made plain, asks for words in the mouth of somebody else, or its material is told by an `I`."""
    return _SPOKEN_FOR.search(asked) is not None or _FIRST_PERSON.search(_QUOTED.sub(" ", material)) is not None
