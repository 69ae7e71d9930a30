"""What a template leaves out or writes wrongly is found, and what it only writes in its own way is not."""

from __future__ import annotations

import json

import pytest

from tasks.publish.export.chat_template import ChatTemplate
from tasks.publish.export.messages import Shape, Unfit, plain
from tasks.publish.export.rendered import lacking
from tasks.records import Json
from tests.publish.export.run_directory import TOOLS, WITH_TOOLS, call, say

MESSAGES = plain(WITH_TOOLS, Shape())
CALLED = [{**say("assistant", ""), "tool_calls": [call("c", "find", port='Split "old"', seats=None, deck={"of": 2.5})]}]
ARGUMENTS = {"port": 'Split "old"', "seats": None, "deck": {"of": 2.5}}


def rendered(text: str, messages: list[Json], tools: list[Json] | None = None) -> str:
    """What is lacking in a conversation under this template."""
    return lacking(ChatTemplate({"default": text}, {}).render(messages, tools or []), messages, tools or [])


def written(arguments: str) -> str:
    return (
        "{% for m in messages %}{{ m.role }}{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }} "
        + (arguments + "{% endfor %}{% endfor %}")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        "{{ c.function.arguments | tojson }}",
        "{{ c.function.arguments | tojson(indent=2) }}",
        "{% for n, v in c.function.arguments.items() %}<{{ n }}>{{ v if v is string else v | tojson }}{% endfor %}",
        "{% for n, v in c.function.arguments | items %}<{{ n }}>{{ v }}{% endfor %}",
    ],
)
def test_every_way_to_write_arguments_counts(arguments: str) -> None:
    assert rendered(written(arguments), plain(CALLED, Shape())) == ""


def test_arguments_that_are_twice_encoded_are_found() -> None:
    told = plain(CALLED, Shape(arguments="text"))
    assert told[0]["tool_calls"][0]["function"]["arguments"] == json.dumps(ARGUMENTS)
    wrong = "the template writes arguments as JSON twice encoded"
    assert rendered(written("{{ c.function.arguments | tojson }}"), told) == wrong
    assert rendered(written("{{ c.function.arguments }}"), told) == ""
    assert rendered(written("{{ c.function.arguments }}"), plain(CALLED, Shape())) == (
        "the template writes arguments as Python does"
    )


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{% for m in messages %}{{ m.content }}{% endfor %}", "a call"),
        (written("{{ c.function.arguments.port }}"), "an argument of a call"),
        (written("{{ c.function.arguments | tojson }}"), "the tools on offer"),
        ("{% for m in messages if m.role != 'tool' %}{{ m.content }}{{ m.tool_calls | tojson }}{% endfor %}", "a call"),
        ("{% for m in messages[1:] %}{{ m.content }}{{ m.tool_calls | tojson }}{% endfor %}", "the system prompt"),
        ("{{ messages[0].content }}{% for m in messages[2:] %}{{ m.content }}{% endfor %}", "what the user says"),
        ("{% for m in messages | reverse %}{{ m.content }}{{ m.tool_calls | tojson }}{% endfor %}", "a call"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_named(template: str, told: str) -> None:
    assert told in rendered(
        template.replace("m.tool_calls | tojson", "m.tool_calls | default([]) | tojson"), MESSAGES, TOOLS
    )


def test_a_system_prompt_may_stand_anywhere() -> None:
    messages = [say("system", "Be short."), say("user", "How high?"), say("assistant", "41 m")]
    late = "{% for m in messages[1:] %}{% if m.role == 'user' %}{{ messages[0].content }} {% endif %}{{ m.content }}{% endfor %}"
    assert rendered(late, messages) == ""


# The template itself


def test_a_template_sees_what_transformers_gives_it() -> None:
    text = (
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'x' %}{% continue %}{% endif %}"
        "{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}{{ strftime_now('%Y') | length }}"
        "{{ tools is none }}{{ documents is none }}{% if add_generation_prompt %}A:{% endif %}"
    )
    template = ChatTemplate({"default": text}, {"bos_token": "<s>"})
    assert template.render([say("x", "-"), say("user", "<b>ü</b>")], [], prompt=True) == "<s><b>ü</b>4TrueTrueA:"
    tojson = ChatTemplate({"default": "{{ messages[0] | tojson }}"}, {})
    assert tojson.render([say("user", "<ü'>")], []) == '{"role": "user", "content": "<ü\'>"}'


def test_rows_with_tools_have_the_template_of_that_name() -> None:
    template = ChatTemplate({"default": "plain", "tool_use": "{{ tools | length }}"}, {})
    assert (template.render([], TOOLS), template.render([], [])) == ("2", "plain")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ raise_exception('Roles must alternate') }}", "the template says: Roles must alternate"),
        ("{{ raise_exception('saw ' + messages[0].content) }}", "the template refuses it"),
        ("{{ messages[0].content + 1 }}", "the template fails with TypeError"),
        ("{{ messages.append(1) }}", "what the sandbox forbids"),
        ("{{ ''.__class__.__mro__ }}", "what the sandbox forbids"),
        ("{{ messages[0].__init__.__globals__ }}", "what the sandbox forbids"),
        ("{{ self.__init__.__globals__['os'] }}", "what the sandbox forbids"),
    ],
)
def test_what_goes_wrong_is_told_without_the_row(text: str, told: str) -> None:
    with pytest.raises(Unfit) as caught:
        ChatTemplate({"default": text}, {}).render([say("user", "PRIVATE")], [])
    assert told in str(caught.value) and "PRIVATE" not in str(caught.value)


def test_a_row_is_no_template() -> None:
    template = ChatTemplate({"default": "{{ messages[0].content }}"}, {})
    assert template.render([say("user", "{{ 7 * 7 }}{% raw %}")], []) == "{{ 7 * 7 }}{% raw %}"


def test_a_text_that_is_no_template_is_told() -> None:
    with pytest.raises(ValueError, match=r"the chat template 'default' cannot be read: line 2"):
        ChatTemplate({"default": "\n{% if %}"}, {}).check()
