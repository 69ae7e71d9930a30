"""What the prose around code says of it, held against the code: results of calls, what the whole prints, names, figures."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from collections.abc import Iterator

from tasks.agents.kind import SkillRun
from tasks.checks.check import Doubt, Finding
from tasks.kinds.coding.checks import WANTS_CODE, code_in
from tasks.kinds.coding.contract import Coding
from tasks.kinds.coding.names import ATTRIBUTES
from tasks.kinds.coding.source import tree
from tasks.records import Record
from tasks.text.replies import reply
from tasks.tools.sandbox.programs import examples, printed, unavailable

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t]*\1[ \t]*$", re.M | re.S)
_CALL = re.compile(
    r"`(?P<call>[A-Za-z_][\w.]*\([^`\n]*\))` +(?:now |then |again |therefore |still )?"
    r"(?P<how>returns|gives|yields|is|equals|evaluates to|results in|comes to|raises|→|->|=>|==?) +"
    r"(?:a |an )?`(?P<value>[^`\n]+)`"
)
_WHOLE = re.compile(
    r"\bthe (?:whole )?(?:call|code|script|program|snippet) (?:gives|prints|outputs|displays|writes) "
    r"(?P<value>\[[^\]\n]*\]|\([^)\n]*\)|'[^'\n]*'|`[^`\n]+`|\S+?)(?=[.;,](?:\s|$)|[ \t]*$)",
    re.I | re.M,
)
_DENIED = re.compile(r"\b(?:signature|name|call|output|result|answer) (?:is|was) not `([A-Za-z_]\w*)", re.I)
_HOLDS = """
def _holds(call, value):
    try:
        return bool(call() == value())
    except Exception:
        return True
def _raises(call, name):
    try:
        call()
    except Exception as error:
        return name in [kind.__name__ for kind in type(error).__mro__]
    return False
"""
_SPAN = re.compile(r"`([A-Za-z_]\w*)(?:\.\w+)*(?:\([^`\n]*\))?`")
_HANDED = re.compile(r"\b(?:pass(?:es|ing)|hands? over|call(?:s|ed) \w+ with|receives) ([A-Z][a-z]+)(?=[,.;]|$)", re.M)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLAIN = frozenset({*dir(builtins), *keyword.kwlist, *sys.stdlib_module_names}) | ATTRIBUTES
_NUMBER = re.compile(r"(?<![\w.,])\d{1,6}(?![\w]|[.,]\d)")
_QUOTED = re.compile(r"`[^`\n]*`|“[^”]*”|\"[^\"\n]*\"|'[^'\n]*'")


async def prose_true(record: Record, run: SkillRun) -> Finding:
    """Runs what the prose says of calls and of the whole code, and doubts what comes out otherwise."""
    formal = Coding.model_validate(record.formal)
    text = _FENCE.sub("\n", reply(record))
    shown = formal.code if formal.code_language == "python" and tree(formal.code) is not None else ""
    answer = code_in(reply(record), "python", formal.names) if formal.language == "python" else None
    told, whole = list(_examples(text)), _WHOLE.search(text) if shown and answer is None else None
    if not told and whole is None:
        return Finding(skipped="no result is claimed")
    if reason := unavailable(run.settings, "python"):
        return Finding(skipped=reason)
    known = [code for code in (answer, shown) if code and tree(code) is not None]
    wrong = [await examples(f"{code}\n{_HOLDS}", told) for code in known] if told else []
    # The code shown may be the one that goes wrong: one of the two has to bear the prose out.
    if wrong and all(found is not None and found[0] for found in wrong):
        return Finding(doubt=_doubt("a call gives another result than is said", text, known))
    if whole is not None and _literal(whole["value"]):
        done = await printed(shown)
        if done.exit_code == 0 and not done.timed_out and not _is_printed(whole["value"], done.stdout):
            return Finding(doubt=_doubt("the code prints something else than is said", text, [done.stdout]))
    return Finding()


def _examples(text: str) -> Iterator[str]:
    """The calls with stated results as examples that can be run."""
    for found in _CALL.finditer(text):
        call, value = found["call"], found["value"].strip()
        if tree(call) is None:
            continue
        if found["how"] == "raises":
            yield f">>> _raises(lambda: {call}, {value!r})\nTrue\n"
        elif _literal(value, bare=False):
            yield f">>> _holds(lambda: {call}, lambda: {value})\nTrue\n"


def _literal(value: str, bare: bool = True) -> bool:
    """Whether a value is written out, in Python or, where `bare` ones count, as one word."""
    value = value.strip(" `*")
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return bare and bool(re.fullmatch(r"\S*\w\S*", value))
    return True


def _is_printed(value: str, output: str) -> bool:
    """Whether the value is the output, or a line of it, in the same words and numbers."""
    wanted = re.findall(r"-?\w+(?:\.\d+)?", value)
    return any(wanted == re.findall(r"-?\w+(?:\.\d+)?", part) for part in (output, *output.splitlines()))


def _doubt(problem: str, text: str, beside: list[str]) -> Doubt:
    return Doubt(
        problem,
        "When the code was run, something that the explanation says of results came out otherwise. Is the explanation true "
        "nonetheless, as where it speaks of the code after a change?",
        {"explanation": text, "beside it": "\n\n".join(beside)},
    )


def names_stand(record: Record) -> Doubt | None:
    """Doubts prose that names, as code, what stands neither in the task nor in the code, or a value that is never passed."""
    formal, text = record.formal, reply(record)
    prose = _FENCE.sub("\n", text)
    if any(re.search(rf"(?<!\w){name}(?!\w)", record.instruction) for name in _DENIED.findall(prose)):
        return Doubt(
            "a name or a signature of the task is denied",
            "The answer says that something is not what the task calls it or asks for. Is it right to say so?",
            {"answer": text},
        )
    if formal.get("judged") not in WANTS_CODE | {"output", "error"}:
        return None
    blocks = "\n".join(m[0] for m in _FENCE.finditer(text))
    asked = "\n".join(str(m.get("content") or "") for m in record.messages[:-1])
    known = _PLAIN | set(_WORD.findall("\n".join([blocks, asked, record.instruction, str(formal.get("code") or "")])))
    named = _SPAN.findall(prose) if formal.get("language", "python") == "python" else []
    if any(name not in known for name in [*named, *_HANDED.findall(prose)]):
        return Doubt(
            "a name that stands neither in the task nor in the code",
            "The explanation names something as a part or a value of the code that is not found there. Is what it says right "
            "nonetheless?",
            {"answer": text},
        )
    return None


def figures_taken(record: Record) -> Doubt | None:
    """Doubts code that has, in place of a number of the task, the next one up or down."""
    formal = record.formal
    language = formal.get("language", "python")
    if record.answer_form != "code" or formal.get("judged") not in ("tests", "prints", "query"):
        return None
    code = code_in(reply(record), language, formal.get("names") or [])
    if code is None:
        return None
    task = _FENCE.sub("\n", record.instruction)
    wanted = {int(n) for n in _NUMBER.findall(_QUOTED.sub(" ", task)) if int(n) > 1}
    allowed = {int(n) for n in re.findall(r"\d{1,6}", task)}
    used, shifted = _numbers(code, language)
    for number in sorted((used - allowed) - shifted):
        if any(near in wanted and near not in used for near in (number - 1, number + 1)):
            return Doubt(
                "a number of the task is another one in the code",
                "The task gives a number, and the code has the next one. Does the code treat the number as the task says?",
                {"task": record.instruction, "code": code},
            )
    return None


def _numbers(code: str, language: str) -> tuple[set[int], set[int]]:
    """The whole numbers in code, and those that may stand for their neighbour: bounds of ranges, slices and comparisons."""
    if language != "python" or (parsed := tree(code)) is None:
        used = {int(n) for n in _NUMBER.findall(code)}
        return used, {int(n) for n in re.findall(r"(?:<|-lt|head -n?|NR *[<>]=?) *(\d{1,6})\b", code)}
    nodes = list(ast.walk(parsed))
    shifted: set[int] = set()
    for node in nodes:
        bound = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("range", "islice")
        added = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        compared = isinstance(node, ast.Compare) and any(isinstance(op, ast.Lt | ast.GtE) for op in node.ops)
        if bound or added or compared or isinstance(node, ast.Slice):
            shifted |= {n for part in ast.walk(node) for n in _whole(part)}
    return {n for node in nodes for n in _whole(node)}, shifted


def _whole(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield abs(node.value)
