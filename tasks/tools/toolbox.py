"""The tools that agents may really use: calculator, search, code interpreter; each call answered with text."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from copy import copy
from dataclasses import dataclass

from tasks.records import Json
from tasks.settings import Settings
from tasks.tools import sandbox
from tasks.tools.calculator import CalculatorError, calculate
from tasks.tools.search.index import Hit, Searcher
from tasks.tools.web.search import SearchFailed, open_web_search

MOST_RESULT = 4_000
"""Characters of a tool's answer; the rest is cut."""
CODE_SECONDS = 10


def _function(name: str, description: str, parameter: str, meaning: str) -> Json:
    schema = {
        "type": "object",
        "properties": {parameter: {"type": "string", "description": meaning}},
        "required": [parameter],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


SCHEMAS: dict[str, Json] = {
    "calculator": _function(
        "calculator",
        "Works out one expression exactly: + - * / ^ ( ) %, sqrt, ln, log10, sin, round, mean and the like, pi and e.",
        "expression",
        "for example (12.5 + 3) * 4 / 7",
    ),
    "search": _function(
        "search",
        "Finds passages in the collection of documents at hand; returns id, title, source and snippet of each.",
        "query",
        "a few telling words",
    ),
    "code_interpreter": _function(
        "code_interpreter",
        "Runs a Python program with the standard library, without network, for ten seconds; returns what it prints.",
        "code",
        "the whole program; print what you want to see",
    ),
    "web_search": _function(
        "web_search",
        "Searches the web; returns title, address and snippet of each hit.",
        "query",
        "a few telling words",
    ),
}


@dataclass(frozen=True)
class _Asked:
    """One call: the tool's argument, and the document that the asker is working on, which a search leaves out."""

    argument: str
    source: str


class Toolbox:
    """The tools of a run, as its settings and this machine allow them; ValueError if the web search is set up wrong."""

    def __init__(self, settings: Settings, index: Searcher | None = None) -> None:
        self._web = open_web_search(settings.web_search, settings.searxng_url, settings.web_search_key_variable)
        self._interprets = settings.code_interpreter == "auto"
        self.index = index
        """The document set, if there is one."""

    def over(self, index: Searcher) -> Toolbox:
        """The same tools, over another document set."""
        other = copy(self)
        other.index = index
        return other

    def off(self, names: Iterable[str]) -> dict[str, str]:
        """Those of the tools that cannot be used here, each with the reason."""
        reasons = {
            "code_interpreter": (sandbox.available() if self._interprets else "switched off by code_interpreter=off"),
            "web_search": "" if self._web else "switched off: set web_search to searxng or brave",
        }
        return {name: reasons[name] for name in names if reasons.get(name)}

    def offered(self, names: Iterable[str]) -> list[Json]:
        """The schemas of those tools that can be used, in OpenAI's function form."""
        names = list(names)
        return [SCHEMAS[name] for name in names if name not in self.off(names)]

    async def use(self, name: str, arguments: Json, source: str = "") -> str:
        """What the tool answers; a call that makes no sense gets a sentence that says so."""
        parameter = next(iter(SCHEMAS[name]["function"]["parameters"]["properties"]))
        argument = arguments.get(parameter)
        if not isinstance(argument, str) or not argument.strip():
            return f"error: the call needs '{parameter}', a text"
        tools: dict[str, Callable[[_Asked], Awaitable[str]]] = {
            "calculator": self._calculator,
            "search": self._search,
            "code_interpreter": self._code,
            "web_search": self._search_web,
        }
        answer = await tools[name](_Asked(argument, source))
        return answer if len(answer) <= MOST_RESULT else f"{answer[:MOST_RESULT]}\n[cut]"

    async def _calculator(self, asked: _Asked) -> str:
        try:
            return calculate(asked.argument)
        except CalculatorError as error:
            return f"error: {error}"

    async def _search(self, asked: _Asked) -> str:
        if self.index is None:
            return "no results"
        return _listed(await self.index.asearch(asked.argument, exclude_source=asked.source))

    async def _search_web(self, asked: _Asked) -> str:
        if self._web is None:
            return "error: there is no web search here"
        try:
            return _listed(await self._web.asearch(asked.argument))
        except SearchFailed as error:
            return f"error: {error}"

    async def _code(self, asked: _Asked) -> str:
        try:
            done = await sandbox.arun(asked.argument, seconds=CODE_SECONDS)
        except (sandbox.SandboxUnavailable, ValueError) as error:
            return f"error: {error}"
        parts = [done.stdout.rstrip(), done.stderr.rstrip()]
        if done.exit_code or done.timed_out:
            parts.append("[timed out]" if done.timed_out else f"[exit code {done.exit_code}]")
        return "\n".join(part for part in parts if part) or "[no output]"


def _listed(hits: list[Hit]) -> str:
    found = [{"id": h.id, "title": h.title, "source": h.source, "snippet": h.snippet} for h in hits]
    return json.dumps(found, ensure_ascii=False) if found else "no results"
