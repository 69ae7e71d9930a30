"""Tools for models whose endpoint has none: told in plain text, asked for in a fenced block, found in the answer again.

The calls that a server did not find in what its model wrote are found here as well: each family has markers of its own around
the same thing, a name on offer and an object of arguments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from tasks.records import Json
from tasks.teacher.faults import Fault
from tasks.teacher.template_tokens import without_tail
from tasks.text.json_values import json_value
from tasks.text.markdown import outside_code

_BLOCK = re.compile(r"```tool_call[ \t]*\r?\n(.*?)(?:```|\Z)", re.S)
_TOLD = """You may call tools. To call one, write a block like this and then stop; its result comes in the next message:
```tool_call
{{"name": "<tool>", "arguments": {{...}}}}
```
Several blocks make several calls. When you need no tool, answer without a block.
The tools, with the JSON schema of their arguments:
{tools}"""

RESULT = "Result of the tool call:\n"
"""What stands before a result where there is no turn for it."""

# What models write around a call. A marker alone is no call, and a call without one must be the whole answer.
_MARKER = re.compile(
    r"</?(?:tool|function)[_-]?calls?>|\[/?TOOL_CALLS?\]|<\|/?(?:python_tag|tool_calls?|(?:begin|end)_of_tool_calls?"
    r"|tool_calls?_(?:section_)?(?:begin|end|start|argument_begin)|tool_call_argument_begin)\|>|<｜[^<>｜\n]*tool[^<>｜\n]*｜>"
    r"|\bfunctools(?=\[)|<\|?/?action_(?:start|end)\|?>|</?tools?_use>|<\|(?:START|END)_ACTION\|>",
    re.I,
)
_TAGGED = re.compile(r"<function=(?P<name>[\w.-]+)>(?P<body>.*?)(?:</function>|\Z)", re.S)
_PARAMETER = re.compile(r"<parameter=(?P<name>[\w.-]+)>\n?(?P<value>.*?)\n?</parameter>", re.S)
_KEYED = re.compile(
    r"<tool_call>\s*(?P<name>[\w.-]+)\s*(?P<body>(?:<arg_key>.*?</arg_value>\s*)+)(?:</tool_call>|\Z)", re.S
)
_PAIR = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.S)
_NAMED = re.compile(r"(?:functions?[.:])?(?P<name>[\w-]+)(?::\d+)?\s*\Z")
_BEFORE_ARGUMENTS = re.compile(r"(?:[^{\[<]|<[|｜][^<>\n]{1,60}[|｜]>){0,160}")
_DECODER = json.JSONDecoder(strict=False)
_SIGNS = ("<", "[", "{", "`")
"""What every way to write a call has one of."""
_ARGUMENTS = ("arguments", "parameters", "args", "input", "tool_input")
_NAMES = ("name", "tool", "tool_name", "function", "action")


class _Found(NamedTuple):
    start: int
    end: int
    call: Json


def describe_tools(messages: Sequence[Json], tools: Sequence[Json]) -> list[Json]:
    """The messages with the tools described in the first and tool turns as plain text."""
    described = "\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
    lines = [_plain(message) for message in messages]
    if not tools:
        return lines
    how = _TOLD.format(tools=described)
    if lines and lines[0]["role"] == "system":
        return [{**lines[0], "content": f"{lines[0]['content']}\n\n{how}"}, *lines[1:]]
    return [{"role": "system", "content": how}, *lines]


def calls_in(text: str, names: Collection[str], asked: str = "") -> tuple[str, list[Json]]:
    """The text before the calls of tools on offer that it asks for, and those calls, as `{name, arguments}`; `asked` is what the
    model was told. What follows a call was written without its result.

    Raises Fault, unusable, where markers of calls hold none.
    """
    if not any(sign in text for sign in _SIGNS):
        return text, []
    calls: list[Json] = []
    first, at = len(text), 0
    for start, end, call in sorted(_found(text, names), key=lambda found: found[:2]):
        if start >= at:
            calls.append(call)
            first, at = min(first, start), end
    if calls:
        return _MARKER.sub("", text[:first]).strip(), calls
    markers = [_Found(*m.span(), {}) for m in _MARKER.finditer(text) if m[0] not in asked]
    bare = [
        m for m in outside_code(text, markers) if not text[max(0, m.start - 200) : m.start].rpartition("\n")[2].strip()
    ]
    if bare or (names and _BLOCK.search(text)):
        raise Fault(
            "unusable", "bad_tool_call", "a tool call was no JSON object with the name of a tool and its arguments"
        )
    return text, []


def _found(text: str, names: Collection[str]) -> Iterator[_Found]:
    for block in _BLOCK.finditer(text):
        yield from (_Found(*block.span(), call) for call in _calls(_object(block[1]), names))
    for tagged in _TAGGED.finditer(text):
        if tagged["name"] in names:
            pairs = {m["name"]: _value(m["value"]) for m in _PARAMETER.finditer(tagged["body"])}
            arguments = pairs or _object(tagged["body"])
            if isinstance(arguments, dict):
                yield _Found(*tagged.span(), {"name": tagged["name"], "arguments": arguments})
    for keyed in _KEYED.finditer(text):
        if keyed["name"] in names:
            arguments = {key.strip(): _value(value.strip()) for key, value in _PAIR.findall(keyed["body"])}
            yield _Found(*keyed.span(), {"name": keyed["name"], "arguments": arguments})
    yield from _after_markers(text, names)


def _after_markers(text: str, names: Collection[str]) -> Iterator[_Found]:
    """JSON after a marker, and JSON that is the whole answer."""
    if not _MARKER.search(text):
        whole = without_tail(text).strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
        yield from (_Found(0, len(text), call) for call in _calls(_object(whole), names))
        return
    at = 0
    for marker in _MARKER.finditer(text):
        if marker.start() < at:
            continue
        opening = _BEFORE_ARGUMENTS.match(text, marker.end())
        start = opening.end() if opening else marker.end()
        if text[start : start + 1] not in ("{", "["):
            continue
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        calls = list(_calls(value, names))
        named = _NAMED.search(_MARKER.sub(" ", text[marker.end() : start]).replace("```json", ""))
        if not calls and named and named["name"] in names and isinstance(value, dict):
            calls = [{"name": named["name"], "arguments": value}]
        for number, call in enumerate(calls):  # those of one list stand in one place, one after the other
            yield _Found(end if number else marker.start(), end, call)
        at = end if calls else at


def _calls(value: object, names: Collection[str]) -> Iterator[Json]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        if isinstance(item.get("function"), dict):
            item = item["function"]
        name = next((item[key] for key in _NAMES if isinstance(item.get(key), str)), None)
        arguments = next((item[key] for key in _ARGUMENTS if key in item), None)
        arguments = _object(arguments) if isinstance(arguments, str) else arguments
        if name in names and isinstance(arguments, dict):
            yield {"name": name, "arguments": arguments}


def _object(text: str) -> object:
    try:
        return json_value(text)
    except ValueError:
        return None


def _value(text: str) -> object:
    """A value that was written bare: JSON where it is some, else the words themselves."""
    try:
        return json_value(text)
    except ValueError:
        return text


def _plain(message: Json) -> Json:
    if message["role"] == "tool":
        return {"role": "user", "content": f"{RESULT}{message['content']}"}
    calls = [
        f'```tool_call\n{{"name": {json.dumps(call["function"]["name"])}, "arguments": {call["function"]["arguments"]}}}\n```'
        for call in message.get("tool_calls") or ()
    ]
    return {"role": message["role"], "content": "\n".join(filter(None, [message.get("content") or "", *calls]))}
