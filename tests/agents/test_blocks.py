"""Material: untrusted text cannot close its own tags, and the same text gives the same prompt."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.teacher.material import NOTICE, material


@settings(deadline=None)
@given(st.integers(), st.text(st.characters()), st.text(st.characters()))
def test_each_text_stands_alone_between_its_tags(seed: int, passage: str, task: str) -> None:
    message = material(seed, {"passage": passage, "task": task}, {"tone": "dry"})
    assert message == material(seed, {"passage": passage, "task": task}, {"tone": "dry"})
    assert message.startswith(f"- tone: dry\n{NOTICE}\n<passage-")
    (first,) = set(re.findall(r"<(passage-[0-9a-f]{10})>", message)) - set(
        re.findall(r"<(passage-[0-9a-f]{10})>", passage + task)
    )
    assert message.count(f"</{first}>") == 1
    assert f"<{first}>\n{passage}\n</{first}>" in message


def test_what_the_pipeline_says_comes_before_the_notice() -> None:
    message = material(3, {"passage": "A bridge."}, {"goal": "harder"}, {"suggestion": "Ask for the year."})
    directed, _, shown = message.partition(NOTICE)
    assert "Ask for the year." in directed and "A bridge." not in directed
    assert "A bridge." in shown and "Ask for the year." not in shown
    assert NOTICE not in material(3, {}, {"goal": "harder"}, {"suggestion": "Ask for the year."})


def test_a_text_that_quotes_a_prompt_gets_another_tag() -> None:
    once = material(7, {"passage": "A bridge."})
    twice = material(7, {"passage": once})
    (inner,) = re.findall(r"</(passage-\w+)>", once)
    outer = re.findall(r"</(passage-\w+)>", twice)[-1]
    assert inner != outer and twice.count(f"</{outer}>") == 1


def test_the_tag_depends_on_seed_and_name() -> None:
    tags = {re.findall(r"</\w+-(\w+)>", material(seed, {name: "x"}))[0] for seed in (1, 2) for name in ("a", "b")}
    assert len(tags) == 4


def test_braces_and_percent_signs_stay_as_they_are() -> None:
    hostile = "{material} {0} {{x}} %s ${y} {{{{"
    assert hostile in material(0, {"passage": hostile}, {"knob": 3})
    assert "- knob: 3" in material(0, {}, {"knob": 3})
