"""A model's chat template, rendered as transformers renders it: the one place where jinja2 is used.

A template is text that a stranger wrote and comes with every model: there is no other language for it. It is rendered in jinja2's
sandbox, and rows only ever enter it as variables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.publish.export.messages import Unfit
from tasks.records import Json, digest

_WITH_TOOLS, _DEFAULT = "tool_use", "default"
"""Names of a model's templates, where it has several."""
FAILS = "the template fails with"
"""How the reason begins where a template is no match for a row, and did not mean to refuse it."""


class _Refused(TemplateError):
    """What a template raises by itself."""


class _Generation(Extension):
    """`{% generation %}`: marks what a trainer learns from, and says nothing."""

    tags = {"generation"}  # noqa: RUF012 (jinja2 has it so)

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_said"), [], [], body).set_lineno(line)

    def _said(self, caller: Any) -> Any:
        return caller()


@dataclass(frozen=True)
class ChatTemplate:
    """The templates of a model, by name, and its special tokens."""

    texts: Mapping[str, str]
    tokens: Mapping[str, str]
    """`bos_token`, `eos_token` and so on."""

    @cached_property
    def identity(self) -> str:
        """Stands for all that decides a rendering."""
        return digest(dict(self.texts), dict(self.tokens))[:24]

    def check(self) -> None:
        """ValueError, in a sentence, if a template is none."""
        for name, text in self.texts.items():
            try:
                _environment().from_string(text)
            except TemplateSyntaxError as error:
                raise ValueError(f"the chat template '{name}' cannot be read: line {error.lineno}") from None

    def render(self, messages: Sequence[Json], tools: Sequence[Json], *, prompt: bool = False) -> str:
        """A conversation as the model reads it; with `prompt`, up to where it is to answer.

        Unfit if the template takes no such conversation; the reason has nothing of what the conversation says.
        """
        named = _WITH_TOOLS if tools and _WITH_TOOLS in self.texts else _DEFAULT
        text = self.texts.get(named) or next(iter(self.texts.values()))
        try:
            rendered: str = self._compiled(text).render(
                **self.tokens,
                messages=messages,
                tools=list(tools) or None,
                documents=None,
                add_generation_prompt=prompt,
            )
            return rendered
        except _Refused as refused:
            # What it says may repeat the row, unless it stands in the template as it is.
            said = str(refused)
            raise Unfit(f"the template says: {said}" if said in text else "the template refuses it") from None
        except SecurityError:
            raise Unfit("the template does what the sandbox forbids") from None
        except Exception as error:  # a stranger's programme fails as it likes
            raise Unfit(f"{FAILS} {type(error).__name__}") from None

    def _compiled(self, text: str) -> Any:
        found = self._templates.get(text)
        if found is None:
            found = self._templates[text] = _environment().from_string(text)
        return found

    @cached_property
    def _templates(self) -> dict[str, Any]:
        return {}


def _environment() -> ImmutableSandboxedEnvironment:
    """As transformers has it."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _to_json
    environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
    return environment


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise(message: str) -> None:
    raise _Refused(message)


def _now(format: str) -> str:
    return datetime.now().strftime(format)
