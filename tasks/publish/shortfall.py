"""Whether a run that ended brought what may be expected of it; if not, why, in one sentence with the remedy."""

from __future__ import annotations

from collections import Counter

from tasks.records import Json

FEWEST, EXPECTED = 0.1, 20
"""Share of the asked-for rows below which a run has failed, where at least so many were asked for."""
_ENDPOINT = "`agentinstruct check-endpoint` with the same --teacher and --base-url shows what it can do"
_REMEDIES = {
    "bad_request": _ENDPOINT,
    "not_in_schema": f"try a more capable --teacher, or --set structured_output=prompt; {_ENDPOINT}",
    "bad_tool_call": f"try --set tool_protocol=text or another --teacher; {_ENDPOINT}",
    "context_overflow": "set a smaller chunk_words or max_tokens",
    "prompt_cut": "raise the context of the endpoint (Ollama: num_ctx), or set a smaller chunk_words",
    "cut_off": "raise max_tokens; a model that thinks at length needs 8,000 and more",
    "empty_answer": "raise max_tokens if the model thinks before it answers; else try another --teacher",
    "unknown_end": "the endpoint breaks its answers off: try again later, or another endpoint",
    "content_filter": "the endpoint filters this material: try another --teacher or other documents",
    "refusal": "the model refuses this material: try another --teacher or other documents",
    "unsuitable": "the teacher finds the documents unfit for the skill: choose another --skill or other documents",
    "duplicate": "the items repeat each other: give more documents, or ask for fewer instructions_per_passage",
    "near_duplicate": "the items repeat each other: give more documents, or ask for fewer instructions_per_passage",
}
_MOST_NAMED = 5
_READ_THEM = "read some of them (`agentinstruct show OUTPUT ID`, ids in rejected/), and try a more capable --teacher"


def shortfall(manifest: Json, asked_for: int) -> str:
    """Why the run failed although it got to its end; empty if it did not fail.

    `asked_for` is the number of rows that the settings ask for. It failed with no row at all, or with less than a tenth of
    many. `manifest` is that of the run.
    """
    accepted = manifest["accepted"]
    if manifest["wanted"]["rows"] or manifest["wanted"]["rows_per_type"]:
        return ""
    if accepted >= FEWEST * asked_for or (accepted and asked_for < EXPECTED):
        return ""
    lost = _lost(manifest)
    rows = f"{accepted:,} rows" if accepted != 1 else "1 row"
    if not lost.total():
        return (
            f"{rows} of about {asked_for:,} came out: the passages gave nothing; try another --skill or other documents"
        )
    return f"{rows} of about {asked_for:,} came out: {_commonest(lost)}"


def unreached(manifest: Json) -> str:
    """Why there are fewer rows than were wanted, and which are missing; empty if there are as many."""
    wanted = manifest["wanted"]
    missing, lost = wanted["missing"], _lost(manifest)
    if not missing:
        return ""
    why = f": {_commonest(lost)}" if lost else ""
    if wanted["rows"]:
        told = f"{manifest['accepted']:,} of the {wanted['rows']:,} rows that were wanted came out"
    else:
        named = ", ".join(f"{name} {count:,}" for name, count in list(missing.items())[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED:,} more types" if len(missing) > _MOST_NAMED else ""
        told = f"of {wanted['rows_per_type']:,} rows wanted of each task type some are missing ({named}{more})"
    return f"{told}, though the documents were gone over again until that brought no more{why}; or give more documents"


def _lost(manifest: Json) -> Counter[str]:
    lost = Counter(near_duplicate=manifest["near_duplicates"])
    for step in manifest["steps"].values():
        lost.update(step["rejected_by"])
    return +lost


def _commonest(lost: Counter[str]) -> str:
    """The commonest reason, with its remedy."""
    reason = max(lost, key=lambda name: (lost[name], name))
    share = f"{lost[reason]:,} of {lost.total():,} rejects are {reason}"
    return f"{share}; {_REMEDIES.get(reason, _READ_THEM)}"
