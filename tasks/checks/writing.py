"""Whether original writing is original: no opening, name or ending that every other piece has."""

from __future__ import annotations

import re

from tasks.checks.constraints.met import body
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import sentences

_OPENINGS = re.compile(
    r"^\W*(?:(?:title|chapter)[^\n]*\n\s*)?(?:once upon a time"
    r"|in (?:a|the) (?:world|realm|land|kingdom|tapestry|heart) (?:where|of|that)"
    r"|in the (?:quiet|small|sleepy|quaint|bustling|heart of the) (?:little |coastal |seaside )?(?:town|village|city|kingdom)"
    r"|it was a dark and stormy|deep in the heart of|long ago,? in a|nestled (?:in|between|among)|have you ever wondered"
    r"|picture this\b|imagine (?:a world|this|that|if|you're|you are|stepping)|step into (?:a|the) world"
    r"|in today's (?:fast|modern|busy|ever))"
)
_NAMES = re.compile(
    r"\b(?:Elara|Lyra|Kael|Kaelen|Elowen|Thorne|Seraphina|Zephyr|Eldoria|Eldoran|Aethelgard|Sarah Chen|Maya Chen|Elias Thorne"
    r"|Willowbrook|Whispering Woods|Oakhaven|Silverbrook)\b"
)
_ENDINGS = re.compile(
    r"\b(?:happily ever after|the moral of (?:the|this) story|only time (?:will|would) tell|little did (?:he|she|they|we|i) know"
    r"|(?:a|the) (?:\w+ ){0,2}(?:reminder|testament) (?:that|to|of)|(?:reminding|reminded|reminds) (?:us|them|everyone|all who)"
    r"|and from that day (?:on|forward)|would never be the same(?: again)?|a new chapter|stood as a testament)\b|^\W*the end\W*$"
)


def fresh(record: Record) -> str | None:
    """Rejects a piece with a stock opening, stock name or stock ending that its task did not ask for."""
    text = body(reply(record)).strip()
    if not text:
        return None
    asked = plain(record.instruction)
    said = plain(text)
    if (m := _OPENINGS.search(said[:300])) and m[0].strip(" \"'*#") not in asked:
        return "a stock opening"
    if any(m[0] not in record.instruction and m[0] not in record.passage for m in _NAMES.finditer(text)):
        return "a stock name"
    last = [plain(s) for s in sentences(text)[-2:]]
    if any((m := _ENDINGS.search(s)) and m[0].strip(" .\"'*") not in asked for s in last):
        return "a stock ending"
    return None
