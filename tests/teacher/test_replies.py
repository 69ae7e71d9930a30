"""What models and servers wrap an answer in comes off; an answer that speaks of such wrapping, or shows it, stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.agents.simulated_user import UserTurn
from tasks.records import Json
from tasks.teacher import parsing
from tasks.teacher.faults import Fault
from tasks.teacher.replies import clean_values, message_of
from tests.growth import LIMIT, Repeated, growth
from tests.scripted import reply

ANSWER = "The tide turns twice a day.\n\nAnswer: B"
WRAPPED = {
    "tag": "<thought>\nI go over the options.\n</thought>\n{}",
    "capitals": "<THINKING>a < b</THINKING>\n{}",
    "brackets": "[THINK]I go over the options.[/THINK]{}",
    "triangles": "◁think▷I go over the options.◁/think▷{}",
    "namespace": "<seed:think>One.<seed:cot_budget_reflect>12 left</seed:cot_budget_reflect>Two.</seed:think>{}",
    "attribute": '<reasoning effort="low">Short.</reasoning>\n{}',
    "begin and end": "<|begin_of_thought|>\nLet me see.\n<|end_of_thought|>\n\n<|begin_of_solution|>\n{}\n<|end_of_solution|>",
    "start and end": "<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>{}<|END_RESPONSE|>",
    "prefix and suffix": "<inner_monologue>hm</inner_monologue>{}",
    "lenticular": "【思考】【think】hm【/think】{}".removeprefix("【思考】"),
    "answer in a tag": "<think>hm</think>\n<answer>{}</answer>",
    "answer tag left open": "<think>hm</think>\n<answer>{}",
    "twice": "<think>a</think>\n<think>b</think>\n{}",
    "speaks of its own markers": "<think>about <think> and </think> tags.</think>\n{}",
    "speaks of the end marker": "<think>the </think> tag ends it.</think>\n{}",
    "end alone on its line": "They ask\nfor one thing.\n</think>\n\n{}",
    "end glued to a sentence": "They ask for one thing.</think>{}",
    "end glued to a word": "so it is B[/THINK]{}",
    "end first": "</think>\n{}",
    "half a fence in it": "<think>```python\nx = 1\n</think>\n{}",
    "in words": "Here is my thought process:\nOne.\nTwo.\n\nHere is my response:\n{}",
    "a terminal's": "Thinking...\nOne.\n...done thinking.\n\n{}",
    "after its template": "<|im_start|>assistant\n<think>hm</think>\n{}",
    "harmony": "<|channel|>analysis<|message|>We need one.<|end|><|start|>assistant<|channel|>final<|message|>{}",
    "harmony, returned": "<|start|>assistant<|channel|>final<|message|>{}<|return|>",
    "harmony without its start": "We need one.<|end|><|start|>assistant<|channel|>final <|constrain|>text<|message|>{}<|end|>",
    "harmony without tokens": "analysisWe need to answer the question.assistantfinal{}",
    "harmony without its beginning": "We need to answer the question.assistantfinal{}",
}
LEAKED = {
    "the end": "{}<|im_end|>",
    "the end and a header": "{}<|eot_id|><|start_header_id|>assistant<|end_header_id|>",
    "another turn": "{}<|im_end|>\n<|im_start|>user\nAnd the other one?<|im_end|>\n<|im_start|>assistant\nC",
    "another turn without an end": "{}\n<|user|>\nAnd the other one?",
    "gemma": "<start_of_turn>model\n{}<end_of_turn>\n",
    "mistral": "{}</s>",
    "mistral's head": "[/INST] {}",
    "full width": "{}<｜end▁of▁sentence｜>",
    "exaone": "{}[|endofturn|]",
    "a space between": "{}. <|endoftext|>",
    "a role's name": "assistant\n\n{}",
    "a role's name and more": "{}assistant\n\nDo you want another one?",
    "eos": "{}<eos>",
}
UNENDED = [
    "<thought> Okay, so the user",
    "<think>\nOkay, so the user\n\nwants one",
    "[THINK]Okay",
    "◁think▷Okay",
    "Sure.\n<thinking>\nOkay, so the user",
    "<|channel|>analysis<|message|>We need to",
    "<|channel|>analysis<|message|>We need to<|end|>",
    "analysisWe need to answer",
    "First part of it.\n<think>\nand then",
]
KEPT = [
    "Use the <think> tag.",
    "Use <think>a</think> here.",
    "The end tag </think> closes it.",
    "</think> closes the block.",
    "<think> opens the reasoning, and what follows is the answer.",
    "<think> and </think> mark the reasoning.",
    "`<think>` opens it and `</think>` ends it.",
    "The model writes its thoughts like this:\n\n```\n<think>\nhm\n</think>\nFour.\n```\n\nThe `<think>` block is not shown.",
    "Wrap it:\n\n```xml\n<reasoning>\nbecause\n</reasoning>\n```",
    "[thinking] Where did I leave it?\n[sighs]",
    "<section>\n<h1>Thoughts</h1>\n<p>On thinking.</p>\n</section>",
    "<p>The old price is <s>12</s> 10.</p>",
    "<s>12</s> 10 is the new price.",
    "ChatML ends a turn with <|im_end|> and begins the next with <|im_start|>user.",
    "The token is <|im_end|>",
    "The prompt is:\n\n```\n[INST] hi [/INST]\n```",
    "In harmony, `<|channel|>final<|message|>` opens what the user sees.",
    "```\n<|channel|>analysis<|message|>hm<|end|>\n```\nis how harmony marks thoughts.",
    "analysisResult = compute(x)\nprint(analysisResult)",
    "I asked the assistant\n\nand it said no.",
    "The co-assistant\n\nleft.",
    'Call it so:\n\n```xml\n<tool_call>{"name": "add"}</tool_call>\n```',
    "if a < b | c > d then <T> else [x]",
    "Answer: <|eot_id|>",
    "x = request.user\n\nif x: pass",
]


@pytest.mark.parametrize("how", WRAPPED)
def test_thoughts_come_off(how: str) -> None:
    assert message_of(reply(WRAPPED[how].format(ANSWER))).text == ANSWER


@pytest.mark.parametrize("how", LEAKED)
def test_tokens_of_the_template_come_off(how: str) -> None:
    assert message_of(reply(LEAKED[how].format(ANSWER))).text.rstrip(".") == ANSWER


@pytest.mark.parametrize("how", [*WRAPPED, *LEAKED])
def test_an_object_is_found_behind_them(how: str) -> None:
    turn = {"done": False, "message": "A {brace} and a } too."}
    text = message_of(reply({**WRAPPED, **LEAKED}[how].replace("{}", json.dumps(turn)))).text
    assert parsing.structured(text, UserTurn).model_dump() == turn


@pytest.mark.parametrize("text", UNENDED)
def test_thoughts_that_never_end_are_asked_for_again(text: str) -> None:
    with pytest.raises(Fault) as caught:
        message_of(reply(text))
    assert (caught.value.kind, caught.value.reason) == ("unusable", "cut_off")


@pytest.mark.parametrize("text", KEPT)
def test_an_answer_that_speaks_of_markers_or_shows_them_is_whole(text: str) -> None:
    assert message_of(reply(text)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "The block:\n<think>\nhm\n</think>\nis not shown.",
        "<think> the word is a tag, not a thought.",
        "1. One\n<think>\n2. Two\n</think>\n3. Three",
    ],
)
def test_markers_that_were_asked_about_are_part_of_the_answer(text: str) -> None:
    assert message_of(reply(text), "What does <think> mean in a transcript?").text == text


def test_thoughts_between_paragraphs_come_off() -> None:
    assert message_of(reply(f"Sure.\n<think>They ask for one thing.</think>{ANSWER}")).text == f"Sure.\n{ANSWER}"
    text = "First.\n<thinking>\nhm\n</thinking>\nSecond.\n\n<thinking>\nhm\n</thinking>\n\nThird."
    assert message_of(reply(text)).text.split() == ["First.", "Second.", "Third."]


@pytest.mark.parametrize("text", ["A wo<|fim_pad|>rd.", "One <|sep|>two", "a<｜fim▁hole｜>b"])
def test_tokens_among_words_are_asked_about_again(text: str) -> None:
    with pytest.raises(Fault) as caught:
        message_of(reply(text))
    assert (caught.value.kind, caught.value.reason) == ("unusable", "template_tokens")


# Texts inside of objects and arguments


def test_passages_and_arguments_are_as_clean_as_answers() -> None:
    turn = parsing.structured('{"message": "<think>hm</think>One.<|im_end|>"}', UserTurn)
    assert turn.message == "One."
    call = {"function": {"name": "f", "arguments": json.dumps({"a": ["[THINK]x[/THINK]2 + 2", 3], "b": ""})}}
    assert message_of(reply(None, tool_calls=[call])).calls == [
        {"name": "f", "arguments": {"a": ["2 + 2", 3], "b": ""}}
    ]
    assert clean_values({"html": "<b>x</b> <think>"}) == {"html": "<b>x</b> <think>"}


@pytest.mark.parametrize("value", ["<think>hm</think>", "<|im_end|>", "<think>hm"])
def test_a_text_of_thoughts_alone_is_asked_for_again(value: str) -> None:
    with pytest.raises(Fault) as caught:
        clean_values({"passage": value})
    assert caught.value.kind == "unusable"


def test_thoughts_beside_a_call_may_break_off() -> None:
    call = {"function": {"name": "f", "arguments": "{}"}}
    assert message_of(reply("<think>I call", tool_calls=[call])).text == ""
    assert message_of(reply("<think>I call it.</think>So:", tool_calls=[call])).text == "So:"


# Calls


CALLS = {
    "hermes": '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>',
    "as text": '<tool_call>{"name": "add", "arguments": "{\\"a\\": 1}"}</tool_call>',
    "after thoughts": '<think>I add.</think>\n<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>',
    "mistral": '[TOOL_CALLS][{"name": "add", "arguments": {"a": 1}}]',
    "mistral's newer": '[TOOL_CALLS]add{"a": 1}',
    "llama": '<|python_tag|>{"name": "add", "parameters": {"a": 1}}<|eom_id|>',
    "llama's other": '<function=add>{"a": 1}</function>',
    "bare": '{"name": "add", "parameters": {"a": 1}}',
    "bare, with a token": '{"name": "add", "parameters": {"a": 1}}<|eot_id|>',
    "fenced": '```json\n{"name": "add", "arguments": {"a": 1}}\n```',
    "qwen's coder": "<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>",
    "glm": "<tool_call>add\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>",
    "deepseek": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n"
    '{"a": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    "kimi": "<|tool_calls_section_begin|><|tool_call_begin|>functions.add:0<|tool_call_argument_begin|>"
    '{"a": 1}<|tool_call_end|><|tool_calls_section_end|>',
    "phi": 'functools[{"name": "add", "arguments": {"a": 1}}]',
    "openai's shape": '<tool_calls>[{"type": "function", "function": {"name": "add", "arguments": "{\\"a\\": 1}"}}]</tool_calls>',
    "harmony": "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.add "
    '<|constrain|>json<|message|>{"a": 1}<|call|>',
    "harmony without tokens": 'analysisWe need to add.assistantcommentary to=functions.add json{"a": 1}',
    "then a made-up result": '<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>\n<tool_response>7</tool_response>',
}


@pytest.mark.parametrize("family", CALLS)
def test_calls_that_the_server_left_in_the_text_are_calls(family: str) -> None:
    message = message_of(reply(CALLS[family]), tools={"add", "sub"})
    assert (message.text, message.calls) == ("", [{"name": "add", "arguments": {"a": 1}}])


def test_several_calls_come_in_their_order() -> None:
    calls = '<tool_call>{"name": "sub", "arguments": {"a": "}"}}</tool_call>\n' + CALLS["hermes"]
    assert [c["name"] for c in message_of(reply(f"I see.\n{calls}"), tools={"add", "sub"}).calls] == ["sub", "add"]
    both = '[TOOL_CALLS][{"name": "add", "arguments": {}}, {"name": "sub", "arguments": {}}]'
    assert [c["name"] for c in message_of(reply(both), tools={"add", "sub"}).calls] == ["add", "sub"]


def test_the_call_of_an_older_protocol_is_a_call() -> None:
    old = reply(None, "function_call", function_call={"name": "add", "arguments": '{"a": 1}'})
    assert message_of(old).calls == [{"name": "add", "arguments": {"a": 1}}]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "add", "arguments": {"a": 1}\n</tool_call>',
        '<tool_call>\n{"name": "mul", "arguments": {"a": 1}}\n</tool_call>',
        "[TOOL_CALLS]",
        "<|python_tag|>print(1)",
    ],
)
@pytest.mark.parametrize("tools", [set[str](), {"add"}])
def test_what_should_be_a_call_and_is_none_is_asked_for_again(text: str, tools: set[str]) -> None:
    with pytest.raises(Fault) as caught:
        message_of(reply(text), tools=tools)
    assert (caught.value.kind, caught.value.reason) == ("unusable", "bad_tool_call")


# Ends


@pytest.mark.parametrize(
    ("finish", "kind", "reason"),
    [
        ("error", "transport", "failed_answer"),
        ("abort", "transport", "failed_answer"),
        ("network_error", "transport", "failed_answer"),
        ("insufficient_system_resource", "transport", "failed_answer"),
        ("MAX_TOKENS", "unusable", "cut_off"),
        ("model_length", "unusable", "cut_off"),
        ("max_output_tokens", "unusable", "cut_off"),
        ("model_context_window_exceeded", "unusable", "cut_off"),
        ("SAFETY", "refused", "content_filter"),
        ("sensitive", "refused", "content_filter"),
        ("RECITATION", "refused", "content_filter"),
        ("unknown", "unusable", "unknown_end"),
        ("OTHER", "unusable", "unknown_end"),
        ("load", "unusable", "unknown_end"),
    ],
)
def test_an_answer_that_did_not_end_well_is_none(finish: str, kind: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        message_of(reply("Half an answer.", finish))
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


@pytest.mark.parametrize("finish", ["stop", "STOP", "", None, "tool_calls", "function_call", "end_turn", "eos_token"])
def test_an_answer_that_ended_is_one(finish: Any) -> None:
    assert message_of(reply("An answer.", finish)).text == "An answer."


def test_an_error_beside_the_answer_spoils_it() -> None:
    failed: Json = reply("Half an answer.")
    failed["choices"][0]["error"] = {"code": 502, "message": "lost"}
    with pytest.raises(Fault) as caught:
        message_of(failed)
    assert caught.value.kind == "transport"


def test_thoughts_in_parts_are_left_out() -> None:
    hidden = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "reasoning", "text": "hm"}]
    assert message_of(reply([*hidden, {"type": "text", "text": "One."}])).text == "One."


@pytest.mark.parametrize(
    "hostile",
    [
        Repeated("<think></think>", 8_000),
        Repeated("</think>x", 8_000),
        Repeated("`x`</think>\n", 8_000),
        Repeated("<|im_end|>", 8_000),
        Repeated("<|im_end|>", 8_000, "x", "y"),
        Repeated("[INST]", 8_000, "x"),
        Repeated("<s>x", 8_000),
        Repeated("9", 60_000, after="<think>"),
        Repeated("<|channel|>final<|message|>", 3_000),
        Repeated("<tool_call>", 3_000),
        Repeated("<arg_key>", 8_000, "<tool_call>add"),
    ],
    ids=str,
)
def test_work_grows_as_the_text_does(hostile: Repeated) -> None:
    def heard(text: str) -> None:
        try:
            message_of(reply(text), tools={"add"})
        except Fault:
            return

    assert growth(heard, hostile) < LIMIT
