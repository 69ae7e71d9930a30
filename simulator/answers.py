"""Bad answers in proper completions: functions from a request and its completion to the spoilt completion."""

from __future__ import annotations

import json
import re
from typing import Any

from tasks.records import Json

CLOSED_KEY = re.compile(r'(?<!\\)":')


def error(
    message: str, *, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> Json:
    """An error body in OpenAI's form."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def message_of(completion: Json) -> Json:
    message: Json = completion["choices"][0]["message"]
    return message


def with_message(completion: Json, finish: str | None = None, **changes: Any) -> Json:
    """The completion with these fields of its message, and perhaps its finish reason, changed."""
    first = completion["choices"][0]
    choice = {**first, "message": {**first["message"], **changes}, "finish_reason": finish or first["finish_reason"]}
    return {**completion, "choices": [choice, *completion["choices"][1:]]}


def is_json(completion: Json) -> bool:
    return _broken(message_of(completion).get("content") or "") is False


def token_limit(request: Json) -> int:
    return int(request.get("max_completion_tokens") or request.get("max_tokens") or 4096)


def error_body(request: Json, completion: Json) -> Json:
    return error("Provider returned error", kind="upstream_error")


def empty_choices(request: Json, completion: Json) -> Json:
    return {**completion, "choices": []}


def null_choices(request: Json, completion: Json) -> Json:
    return {**completion, "choices": None}


def null_content(request: Json, completion: Json) -> Json:
    return _without_calls(with_message(completion, "stop", content=None))


def empty_content(request: Json, completion: Json) -> Json:
    return _without_calls(with_message(completion, "stop", content=""))


def no_usage(request: Json, completion: Json) -> Json:
    return {**completion, "usage": None}


def truncated(request: Json, completion: Json) -> Json:
    message = message_of(completion)
    if calls := message.get("tool_calls"):
        function = calls[-1]["function"]
        cut = {**function, "arguments": function["arguments"][: len(function["arguments"]) // 2]}
        return _full(
            request, with_message(completion, "length", tool_calls=[*calls[:-1], {**calls[-1], "function": cut}])
        )
    content = message.get("content") or ""
    return _full(request, with_message(completion, "length", content=content[: len(content) // 2]))


def whitespace(request: Json, completion: Json) -> Json:
    spaces = " " * min(token_limit(request), 65_536)
    return _full(request, _without_calls(with_message(completion, "length", content=spaces)))


def refusal(request: Json, completion: Json) -> Json:
    return _without_calls(
        with_message(completion, "stop", content=None, refusal="I'm sorry, I cannot assist with that request.")
    )


def refusal_text(request: Json, completion: Json) -> Json:
    return _without_calls(with_message(completion, "stop", content="I'm sorry, but I can't help with that."))


def content_filter(request: Json, completion: Json) -> Json:
    content = message_of(completion).get("content") or ""
    return _without_calls(with_message(completion, "content_filter", content=content[: len(content) // 4]))


def invalid_json(request: Json, completion: Json) -> Json:
    """The colon after a key in the middle becomes an equals sign."""
    content = message_of(completion)["content"]
    middle = len(content) / 2
    for found in sorted(CLOSED_KEY.finditer(content), key=lambda m: abs(m.start() - middle)):
        spoilt = f'{content[: found.start()]}" ={content[found.end() :]}'
        if _broken(spoilt):
            return with_message(completion, content=spoilt)
    return with_message(completion, content=content[:-1])


def schema_violation(request: Json, completion: Json) -> Json:
    """Every list becomes a string and another field gets another name; without a list, every text becomes an object."""
    value = json.loads(message_of(completion)["content"])
    lists = [k for k, v in value.items() if isinstance(v, list)]
    wrong = {k: _wrong(v, bool(lists)) for k, v in value.items()}
    others = [k for k in value if k not in lists]
    if lists and others:
        wrong[f"{others[-1]}_text"] = wrong.pop(others[-1])
    return with_message(completion, content=json.dumps(wrong, ensure_ascii=False))


def fenced(request: Json, completion: Json) -> Json:
    content = message_of(completion)["content"]
    return with_message(completion, content=f"Here is the JSON you asked for:\n\n```json\n{content}\n```")


def prose(request: Json, completion: Json) -> Json:
    content = message_of(completion)["content"]
    told = f"I went through the material first. The result:\n\n{content}\n\nEvery item follows the requirements given."
    return with_message(completion, content=told)


def think(request: Json, completion: Json) -> Json:
    content = message_of(completion).get("content")
    if not content:
        return completion
    thought = 'The task is clear. A first try {"items": []} would be empty, so go through the material.'
    return with_message(completion, content=f"<think>\n{thought}\n</think>\n\n{content}")


def wrong_tool_call(request: Json, completion: Json) -> Json:
    """A call whose arguments are no JSON."""
    name = request["tools"][0]["function"]["name"]
    call = {"id": "call_broken", "type": "function", "function": {"name": name, "arguments": '{"value": "cut of'}}
    return with_message(completion, "tool_calls", content=None, tool_calls=[call])


def _wrong(value: Any, lists: bool) -> Any:
    if isinstance(value, list):
        return ", ".join(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in value)
    return {"text": value} if isinstance(value, str) and not lists else value


def _without_calls(completion: Json) -> Json:
    first = completion["choices"][0]
    message = {k: v for k, v in first["message"].items() if k != "tool_calls"}
    return {**completion, "choices": [{**first, "message": message}]}


def _full(request: Json, completion: Json) -> Json:
    usage = completion.get("usage") or {}
    spent = token_limit(request)
    return {
        **completion,
        "usage": {**usage, "completion_tokens": spent, "total_tokens": usage.get("prompt_tokens", 0) + spent},
    }


def _broken(content: str) -> bool | None:
    """Whether a text is broken JSON; None if it is not meant as an object at all."""
    if not content.lstrip().startswith("{"):
        return None
    try:
        return not isinstance(json.loads(content), dict)
    except ValueError:
        return True
