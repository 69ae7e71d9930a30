"""The offline author and editor of programming tasks: small functions, scripts, queries and pipelines with drawn parameters."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from tasks.offline.coding.functions import KINDS, CodeKind, Slots
from tasks.offline.coding.requests import ABOVE, CLAIM, REQUESTS, SUM, TOTALS, TRANSLATE
from tasks.offline.item import EMPTY, Item, collected, declined, edited, in_words, refused, shown
from tasks.offline.passage import STOP, Passage
from tasks.offline.prompt import Prompt, parsed
from tasks.records import rng

_JUDGED = {
    "implement_function": "tests", "data_structure": "tests", "parse_format": "tests", "pattern_matching": "tests",
    "complete_code": "tests", "error_handling": "tests", "fix_bug": "repair", "refactor": "same_behaviour",
    "optimise": "same_behaviour",
    "document_code": "same_code", "write_tests": "test_suite", "query_tables": "query", "shell_pipeline": "prints",
    "translate_language": "prints", "trace_output": "output", "predict_error": "error",
}  # fmt: skip
_PLAIN = {"judged": "reading", "code": "", "code_language": "python", "language": "python", "names": [], "stdin": "",
          "solution": "", "wrong": []}  # fmt: skip


def coding_tasks(prompt: Prompt) -> Item:
    """The JSON of `CodingTasks`: tasks that lend names and figures from the material."""
    if not _topics(prompt.passage):
        return refused("The material has no word that could name a function.")
    draw, form = prompt.draws("coding"), prompt.knobs.get("answer_form", "code")
    return collected(prompt, lambda: _item(prompt.passage, prompt.task_type, form, draw), "", most=6)


def edited_coding_task(prompt: Prompt) -> Item:
    """The JSON of `EditedCodingTask`: a task judged in the same way, about another function or other figures."""
    old, blocks = parsed(prompt.blocks.get("formal", "{}"), {}), prompt.blocks
    form, key = prompt.knobs.get("answer_form", "code"), parsed(blocks.get("key", "[]"), [])
    judged = str(old.get("judged", "reading"))
    draw = rng("coding again", blocks.get("instruction", ""), sorted(prompt.knobs.items()), prompt.salt)
    told = str(old.get("solution", "")) + str(old.get("code_language", ""))
    task_type = next((t for t, j in _JUDGED.items() if j == judged and ("bash" in told or t != "shell_pipeline")), "")
    task_type = "shell_pipeline" if judged == "prints" and old.get("language") == "bash" else task_type
    task_type = "translate_language" if judged == "prints" and old.get("language") != "bash" else task_type
    was = in_words(key, shown(blocks.get("options", "")))
    for _ in range(8):
        item = _item(blocks.get("passage") or blocks.get("instruction", ""), task_type, form, draw)
        other = item["formal"]["code"] != old.get("code") or item["instruction"] not in blocks.get("instruction", "")
        if other and (not key or in_words(item["key"], item["options"]) != was):
            return edited(item)
    return declined(prompt, "No other function of this kind is at hand.")


def _topics(passage: str) -> list[str]:
    words = [w for w in Passage(passage).content if re.fullmatch(r"[a-z]{3,12}", w) and w not in STOP]
    return list(dict.fromkeys(words))


def _item(passage: str, task_type: str, form: str, draw: Random) -> Item:
    topics = _topics(passage) or ["items"]
    judged = _JUDGED.get(task_type, "")
    if judged == "query":
        return _query(topics, draw)
    if task_type == "shell_pipeline":
        return _shell(topics, draw)
    if judged == "prints":
        return _translation(draw.choice(topics), draw)
    kind = draw.choice(KINDS)
    slots = kind.slots(draw.choice(topics), draw)
    promise = kind.promise.say(draw, **slots)
    if form == "code":
        return _code(kind, slots, promise, judged or "tests", task_type, draw)
    if form == "text" and judged not in ("output", "error"):
        return _prose(kind, slots, promise, task_type, draw)
    return _run(kind, slots, promise, form, judged, draw)


def _made(instruction: str, **changes: Any) -> Item:
    """An item; fields of `formal` and of the item by their names."""
    formal = {**_PLAIN, **{k: v for k, v in changes.items() if k in _PLAIN}}
    return {
        **EMPTY,
        "formal": formal,
        "instruction": instruction,
        **{k: v for k, v in changes.items() if k not in _PLAIN},
    }


def _code(kind: CodeKind, slots: Slots, promise: str, judged: str, task_type: str, draw: Random) -> Item:
    right = kind.written(kind.longer, slots)
    request = "complete" if task_type == "complete_code" else judged
    told = f"{REQUESTS[request].say(draw)} {promise}"
    names = [slots["name"]]
    slips = [right.replace(kind.written(a, slots), kind.written(b, slots), 1) for a, b in kind.slips]
    if request == "complete":
        head = right.split("\n")[0]
        gap = f"{head}\n    # TODO: still to be written\n    raise NotImplementedError"
        return _made(told, judged="tests", names=names, code=gap)
    if judged == "tests":
        return _made(told, judged="tests", names=names)
    if judged == "repair":
        return _made(told, judged=judged, names=names, code=draw.choice(slips))
    wrong = draw.sample(slips, 2) if judged == "test_suite" else []
    return _made(told, judged=judged, names=names, code=right, wrong=wrong)


def _prose(kind: CodeKind, slots: Slots, promise: str, task_type: str, draw: Random) -> Item:
    right = kind.written(kind.longer, slots)
    if "review" in task_type:
        old, new = draw.choice(kind.slips)
        return _made(
            f"{REQUESTS['review'].say(draw)} {promise}",
            code=right.replace(kind.written(old, slots), kind.written(new, slots), 1),
        )
    if "design" in task_type:
        return _made(f"{REQUESTS['design'].say(draw)} {promise}", key=[f"One argument, one result: {promise}"])
    told = REQUESTS["explain"].say(draw)
    return _made(told, code=_documented(right, promise), names=[slots["name"]], key=[promise])


def _documented(code: str, promise: str) -> str:
    head, body = code.split("\n", 1)
    return f'{head}\n    """{promise}"""\n{body}'


def _run(kind: CodeKind, slots: Slots, promise: str, form: str, judged: str, draw: Random) -> Item:
    """A script to be followed: all it prints, one value, its exception, or a claim about it."""
    code = _documented(kind.written(kind.longer, slots), promise)
    given = draw.sample([a for a in kind.arguments if a], 3)
    results = [kind.expected(value, slots) for value in given]
    if judged == "error":
        script = f"{code}\n\n\nprint({slots['name']}({given[0]!r}))\nprint({slots['name']}(None))"
        return _made(REQUESTS["error"].say(draw), judged="error", code=script, key=[kind.breaks])
    if form == "text":
        calls = "\n".join(f"print({slots['name']}({value!r}))" for value in given)
        key = "\n".join(map(str, results))
        return _made(REQUESTS["output"].say(draw), judged="output", code=f"{code}\n\n\n{calls}", key=[key])
    script = f"{code}\n\n\nprint({_sized(kind, slots, given[0], form)})"
    result = str(_number(kind, results[0]) if form == "number" else results[0])
    others = [
        str(r) for r in map(lambda v: kind.expected(v, slots), kind.arguments) if str(r).strip() and str(r) != result
    ]
    others = list(dict.fromkeys([*others, *(f"{result}{tail}" for tail in ("0", "1", "5"))]))[:3]
    if form == "number":
        return _made(REQUESTS["value"].say(draw), judged="output", code=script, key=[result])
    if form == "truth":
        right = draw.random() < 0.5
        claim = CLAIM.say(draw, value=result if right else others[0])
        return _made(claim, code=script, key=["true" if right else "false"])
    options = sorted([result, *others])
    return _made(
        REQUESTS["which"].say(draw), judged="output", code=script, options=options, key=["ABCD"[options.index(result)]]
    )


def _sized(kind: CodeKind, slots: Slots, value: Any, form: str) -> str:
    call = f"{slots['name']}({value!r})"
    return call if form != "number" or isinstance(kind.expected(value, slots), int) else f"len({call})"


def _number(kind: CodeKind, result: Any) -> int:
    return result if isinstance(result, int) else len(result)


def _query(topics: list[str], draw: Random) -> Item:
    names = draw.sample(topics, min(len(topics), 6))
    amounts = {name: draw.randint(1, 60) for name in names}
    rows = ",\n  ".join(f"('{name}', {amount})" for name, amount in amounts.items())
    tables = (
        f"CREATE TABLE stock (name TEXT PRIMARY KEY, amount INTEGER NOT NULL);\nINSERT INTO stock VALUES\n  {rows};"
    )
    limit = sorted(amounts.values())[len(amounts) // 2] - 1
    if draw.random() < 0.5:
        told, query = (
            ABOVE.say(draw, limit=str(limit)),
            f"SELECT name, amount FROM stock WHERE amount > {limit} ORDER BY name",
        )
    else:
        told, query = (
            TOTALS.say(draw, limit=str(limit)),
            f"SELECT COUNT(*), SUM(amount) FROM stock WHERE amount > {limit}",
        )
    return _made(told, judged="query", code=tables, code_language="sql", language="sql", solution=query)


def _shell(topics: list[str], draw: Random) -> Item:
    lines = [f"{draw.choice(topics)} {draw.randint(1, 40)}" for _ in range(draw.randint(6, 9))]
    limit = str(draw.randint(5, 20))
    script = (
        "total=0\nwhile read -r name amount; do\n"
        f'  if [ "$amount" -gt {limit} ]; then total=$((total + amount)); fi\n'
        'done\necho "$total"'
    )
    return _made(
        SUM.say(draw, limit=limit),
        judged="prints",
        code_language="bash",
        language="bash",
        stdin="\n".join(lines) + "\n",
        solution=script,
    )


def _translation(topic: str, draw: Random) -> Item:
    kind = KINDS[0]
    slots = kind.slots(topic, draw)
    rows = json.dumps([list(value) for value in draw.sample(kind.arguments, 4)])
    program = (
        f"// {kind.promise.templates[0].format_map(slots)}\nfunction {slots['name']}(numbers) {{\n"
        f"  return numbers.filter(number => number > {slots['n']}).length;\n}}\n\n"
        f"for (const row of {rows}) {{\n  console.log({slots['name']}(row));\n}}"
    )
    return _made(TRANSLATE.say(draw), judged="prints", code=program, code_language="javascript", language="python")
