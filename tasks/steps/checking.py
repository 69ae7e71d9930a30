"""A record under the checks of its skill: in order, until one fails; doubts are settled before anything costs more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tasks.agents.kind import SkillRun
from tasks.agents.settling import settle
from tasks.answers import agreement
from tasks.checks.check import Doubt, Finding
from tasks.kinds import checks_of
from tasks.records import Record
from tasks.settings import Settings


def wanted(names: Iterable[str], settings: Settings) -> list[str]:
    """Those of a skill's checks that the settings do not leave out."""
    skipped = {name.strip() for name in settings.skip_checks.split(",")}
    return [name for name in names if name not in skipped]


@dataclass
class Examined:
    """A record as its checks found it."""

    record: Record
    reason: str = ""
    """Name of the check that rejects it; empty if it passed."""
    detail: str = ""
    told: str = ""
    """What whoever mends it is told beside the detail."""
    paid: bool = False
    """Whether a check that asks a model about every row was reached."""
    results: dict[str, str] = field(default_factory=dict)
    decided: bool = False
    """Whether a program, or the reader of a doubt about the key, has shown that the answer is right."""
    doubts: dict[str, Doubt] = field(default_factory=dict)
    """What is still to be settled."""


async def examine(record: Record, names: Iterable[str], run: SkillRun) -> Examined:
    """The checks in order until one fails; what programs doubt is settled before the first that asks, or at the end."""
    found = Examined(record, decided=bool(record.messages) and agreement(record) is True)
    known = checks_of(run.kind)
    knowing = {decided: run.knowing(decided) for decided in (False, True)}
    for name in wanted(names, run.settings):
        if known[name].asks and not await _settled(found, run):
            return found
        finding = await known[name].find(found.record, knowing[found.decided])
        found.decided = found.decided or finding.decides
        found.paid = found.paid or (known[name].asks and bool(finding.events))
        if not _noted(found, name, finding):
            return found
    await _settled(found, run)
    return found


def _noted(found: Examined, name: str, finding: Finding) -> bool:
    """Whether the record has still to pass: the finding is kept, with what it measured and took."""
    found.results[name] = f"skip: {finding.skipped}" if finding.skipped else "pass"
    _keep(found, finding)
    if finding.doubt is not None:
        found.doubts[name] = finding.doubt
    if finding.problem:
        found.reason, found.detail, found.told = name, finding.problem, finding.told
    return not finding.problem


def _keep(found: Examined, finding: Finding) -> None:
    """What the finding measured and took becomes part of the record."""
    if not (finding.quality or finding.events):
        return
    quality, lineage = {**found.record.quality, **finding.quality}, [*found.record.lineage, *finding.events]
    found.record = replace(found.record, quality=quality, lineage=lineage)


async def _settled(found: Examined, run: SkillRun) -> bool:
    """Whether no doubt stands; the first that does is the reason of the reject."""
    if found.doubts:
        stand, finding = await settle(found.record, found.doubts, run)
        known = checks_of(run.kind)
        found.decided = found.decided or any(known[name].compares_key for name in found.doubts.keys() - stand.keys())
        doubts, found.doubts = found.doubts, {}
        _keep(found, finding)
        for name, problem in stand.items():
            found.reason, found.detail, found.told = name, problem, doubts[name].told
            return False
    return True
