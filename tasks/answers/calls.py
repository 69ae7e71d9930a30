"""Calls of functions that the task offers; their key is `Record.calls`."""

from __future__ import annotations

from tasks.answers.form import Form
from tasks.records import Record


def _fault(record: Record) -> str | None:
    names = {str((tool.get("function") or {}).get("name")) for tool in record.tools}
    if any(call.get("name") not in names for call in record.calls):
        return "the key calls a function that is not on offer"
    return "no calls in the key" if record.answerable and not record.calls else None


CALLS = Form("calls", fault=_fault)
