"""What the offline teacher says about the sentences of a text, and how it joins and tidies them."""

from __future__ import annotations

import re

from tasks.offline.passage import NUMBER, Passage

_SMALL_FIRST = re.compile(
    r"(?:The|A|An|In|On|At|It|Its|This|These|That|Those|There|Of|From|By|For|Each|Every|Some|Most|All|No|One|Two|"
    r"Three|When|Where|If|With|He|She|They|We|Their|His|Her|Once|After|Before|Because|Since|Any|Many|Both|"
    r"Between|During|As|To) "
)


def telling(passage: Passage, count: int) -> list[str]:
    """The sentences that hold most of what the text keeps coming back to, in the order of the text."""
    weight = {w: passage.counts[w] for w in passage.topics}
    candidates = passage.sentences[:200]

    def score(sentence: str) -> float:
        words = passage.worded[sentence]
        return sum(weight.get(w, 0) for w in set(words)) / (8 + len(words))

    chosen = sorted(candidates, key=score, reverse=True)[:count]
    return [s for s in candidates if s in chosen]


def counted(passage: Passage) -> str:
    """A paragraph of what can be counted in a passage."""
    sentences, figures = len(passage.finished), len(NUMBER.findall(passage.flat))
    parts = [
        f"Counted out, this account has {sentences} complete sentences and {len(passage.flat.split())} words in all."
    ]
    parts.append(
        f"Numbers in figures stand in it {figures} times."
        if figures > 1
        else "It makes little use of numbers in figures."
    )
    topics = passage.topics[:3]
    if len(topics) == 3:
        parts.append(f"The subjects to which it returns most often are {topics[0]}, {topics[1]} and {topics[2]}.")
    if len(passage.names) > 1:
        parts.append(f"Among the names that it mentions are {passage.names[0]} and {passage.names[1]}.")
    return " ".join(parts)


def decapitalised(sentence: str) -> str:
    """The sentence as it stands after other words: its first letter small unless the word may be a name."""
    return sentence[0].lower() + sentence[1:] if _SMALL_FIRST.match(sentence) else sentence


def tidy(text: str) -> str:
    """The text without the holes that removed sentences leave."""
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r"(?m)^[ \t]*(?:[-*+•#>]+|\d{1,3}[.)])?[ \t]*$\n?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
