"""What the run took, by step, skill and attempt, and how that compares with what was said before it began."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tasks.publish.report.charts import Bar, bars, card, folded, legend, table
from tasks.publish.report.figures import money, share, short, spoken, taken
from tasks.publish.report.html import Child, Element
from tasks.publish.report.yields import steps_of
from tasks.records import Json

_PROMPT, _ANSWER = 1, 3


def by_step(manifest: Json) -> Element:
    """Calls, tokens and money of each step."""
    parts = {name: taken([step]) for name, step in steps_of(manifest).items()}
    told = "What each step's records took, whether it was paid for in this run or found in the ledger."
    return _split("Cost by step", parts, told)


def by_skill(manifest: Json) -> Element | None:
    """The same of each skill; nothing where the manifest does not tell or there is but one."""
    parts = {spoken(name): taken([each["calls"]]) for name, each in manifest["skills"].items() if each.get("calls")}
    ranked = dict(sorted(parts.items(), key=lambda part: -part[1]["prompt_tokens"] - part[1]["completion_tokens"]))
    return _split("Cost by skill", ranked, "What each skill's records took.") if len(parts) > 1 else None


def _split(title: str, parts: Mapping[str, Json], note: str) -> Element:
    whole = taken(parts.values())
    lines = [_line(name, part, whole) for name, part in parts.items()]
    rows = [
        (name, f"{p['calls']:,}", short(p["prompt_tokens"]), short(p["completion_tokens"]), money(p["cost_usd"]))
        for name, p in [*parts.items(), ("in all", whole)]
    ]
    head = ["", "calls", "prompt", "answer", "cost"]
    return card(
        title,
        bars(lines, name=f"{title}, tokens"),
        legend([("prompt tokens", _PROMPT), ("answer tokens", _ANSWER)]),
        folded("Calls, tokens and money", table(head, rows, name=f"{title}: calls, tokens and money")),
        note=note,
    )


def _line(name: str, part: Json, whole: Json) -> Bar:
    tokens, all_tokens = (each["prompt_tokens"] + each["completion_tokens"] for each in (part, whole))
    parts = [(part["prompt_tokens"], _PROMPT), (part["completion_tokens"], _ANSWER)]
    return Bar(
        label=name, parts=parts, shown=short(tokens), note=f"{money(part['cost_usd'])} · {share(tokens, all_tokens)}"
    )


def against_forecast(manifest: Json) -> Element | None:
    """Forecast beside fact, in all and step by step; nothing where the run made none."""
    said = manifest.get("forecast") or {}
    if "whole" not in said:
        return None
    rows: list[tuple[Child, ...]] = [("rows", "", f"{said['rows']:,}", "", f"{manifest.get('accepted', 0):,}")]
    if said["accepted"]:
        rows = [_compared("rows", {**said["accepted"], "fact": manifest.get("accepted", 0)}, short)]
    for name, part in (("in all", said["whole"]), *said["steps"].items()):
        shown = {"calls": short, "tokens": short, "cost_usd": money}
        rows += [_compared(f"{what} {name}", part[each], shown[each]) for each, what in _WHAT.items() if part[each]]
    by = f"{said['measured']} earlier runs of the model" if said["measured"] else "what the settings ask for"
    return card(
        "Forecast and fact",
        table(["", "least", "likely", "most", "came to"], rows, name="What was forecast, and what it came to"),
        note=f"Forecast by {by}; rows are those before refinement makes more of them, unless earlier runs were measured. "
        "Calls that the ledger answered count among both.",
    )


_WHAT = {"calls": "calls", "tokens": "tokens", "cost_usd": "cost"}


def _compared(name: str, part: Json, shown: Callable[[float], str]) -> tuple[Child, ...]:
    fact = part.get("fact")
    return (name, *(shown(part[each]) for each in ("low", "likely", "high")), "" if fact is None else shown(fact))


def attempts(manifest: Json) -> Element | None:
    """The attempts at this directory; nothing where there was but one, or none is told of."""
    made: list[Json] = manifest.get("attempts") or []
    if len(made) < 2:
        return None
    rows = [
        (
            str(each.get("started", "")).replace("T", " ")[:16],
            str(each.get("ended", "")),
            _lasted(each.get("seconds")),
            f"{each.get('made', 0):,}",
            f"{each.get('replayed', 0):,}",
            f"{each.get('failed', 0):,}",
            money(each.get("cost_usd")),
        )
        for each in made
    ]
    head = ["began (UTC)", "ended", "took", "calls", "replayed", "failed", "cost"]
    return card("Attempts", table(head, rows, name="Attempts, the first one first", words=2))


def _lasted(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
