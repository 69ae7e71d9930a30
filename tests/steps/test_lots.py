"""Documents come and go; what was dealt, drawn, searched and paid for before stays."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import simulator.pipeline
from prompts import names
from simulator.pipeline import Outcome, drive, opened, read_all
from tasks.agents.kind import SkillRun
from tasks.documents.discover import discover
from tasks.publish.accepted import Accepted
from tasks.publish.finished import Finished
from tasks.records import Json, Record
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps import lots, sharding
from tasks.steps.lots import Lots
from tasks.steps.mix import mix_of
from tasks.steps.reading import Pieces, read_documents
from tasks.steps.run import Run
from tasks.steps.step import Step, run_step
from tasks.teacher import StopRun

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
ALL = sorted(path.name for path in EXAMPLES.iterdir())
TEN = [name for place, name in enumerate(ALL) if place % 8 not in (0, 3, 6)]
LATER = [name for name in ALL if name not in TEN]
FOUR = "reading_comprehension:2,text_extraction:1,tool_use:1,data_to_text:1"
SEARCHING = "retrieval_augmented_generation:2,tool_use:1"


class Directory:
    """A run directory and the documents that its runs are given."""

    def __init__(self, folder: Path, skill: str = "all", **settings: Any) -> None:
        self.folder, self.skill, self.documents = folder, skill, folder / "documents"
        small = {"instructions_per_passage": 1, "goals_per_instruction": 1, "solve_samples": 0, "judge": "off"}
        self.settings = Settings(**{**small, **settings})
        self.skills = mix_of(skill, self.settings.mix).skills
        self.worked: set[str] = set()
        """Names of the documents of which a step was at work in the last run."""

    def run(self, given: Iterable[str], shard_size: int = 0) -> Outcome:
        """A run over these documents of the examples."""
        shutil.rmtree(self.documents, ignore_errors=True)
        self.documents.mkdir(parents=True)
        for name in given:
            shutil.copy(EXAMPLES / name, self.documents)
        self.worked.clear()

        async def watched(step: Step, shard: ShardRef, run: SkillRun, store: Store, key: str) -> ShardRef:
            self.worked |= {Path(record.source.uri).name.partition("#")[0] for record in store.records(shard)}
            return await run_step(step, shard, run, store, key)

        async def work() -> Outcome:
            async with opened(self.skill, self.folder / "out", self.settings) as session:
                return await drive(session, [str(self.documents)], shard_size=shard_size)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(simulator.pipeline, "run_step", watched)
            outcome = asyncio.run(work())
        assert not outcome.broken
        return outcome


def pieces_of(outcome: Outcome) -> dict[str, str]:
    """Piece -> the skill that it was dealt."""
    return {item.id: item.skill for item in outcome.left["documents"] if isinstance(item, Record)}


def rows_of(outcome: Outcome, names: Iterable[str] = ALL) -> dict[str, list[Json]]:
    """The rows that come of these documents: id -> messages."""
    wanted = set(names)
    return {row.id: row.messages for row in outcome.rows if Path(row.source.uri).name.partition("#")[0] in wanted}


def test_documents_that_come_later_cost_nothing_of_those_that_were_there(tmp_path: Path) -> None:
    directory = Directory(tmp_path, mix=FOUR, refinement_rounds=0)
    few = directory.run(TEN)
    many = directory.run(ALL)
    assert few.usage.made > 40 and many.usage.made > 20
    assert directory.worked <= {*LATER}, "no step looked at an old one"
    assert pieces_of(few).items() <= pieces_of(many).items()
    assert rows_of(few) == rows_of(many, TEN) and len(rows_of(few)) > 10
    assert {row.skill for row in many.rows} == {*directory.skills}
    less = directory.run(ALL[:5] + ALL[6:])
    assert less.usage.made == 0 and rows_of(less) == rows_of(many, ALL[:5] + ALL[6:])
    assert directory.run(ALL).usage.made == 0, "one that comes back is known"


def test_where_shards_hold_several_pieces_one_document_less_makes_no_call(tmp_path: Path) -> None:
    directory = Directory(tmp_path, skill="reading_comprehension", refinement_rounds=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "FIRST_WAVE", 4)
        before = directory.run(ALL, shard_size=5)
        after = directory.run(ALL[1:], shard_size=5)
    assert len(pieces_of(after)) > 14 and directory.worked, "other shards were made"
    assert after.usage.made == 0 < after.usage.replayed, "though goals are drawn by what earlier waves came to"
    assert rows_of(after) == rows_of(before, ALL[1:])


def test_what_was_searched_stays_and_new_documents_search_all(tmp_path: Path) -> None:
    directory = Directory(tmp_path, mix=SEARCHING, refinement_rounds=0)
    few = directory.run(TEN)
    many = directory.run(ALL)
    assert directory.worked <= {*LATER} and many.usage.made > 0
    assert rows_of(few) == rows_of(many, TEN)
    found = {
        source["url"].partition("#")[0]
        for row in many.rows
        if Path(row.source.uri).name in LATER and row.skill.startswith("retrieval")
        for source in row.formal["sources"]
    }
    assert found & {*TEN} and found & {*LATER}, found
    store = Store(str(directory.folder / "out"))
    assert lots.closed(store) == {1, 2}
    shutil.rmtree(directory.folder / "out" / "search")
    for shard in store.files("steps/instruct"):
        store.remove(shard)
    anew = directory.run(TEN[1:])
    assert anew.usage.made == 0 < anew.usage.replayed and rows_of(anew) == rows_of(many, TEN[1:])
    searched = lots.searched(store, 1)
    assert searched
    store.remove(searched[0]["uri"])
    assert lots.searched(store, 1) is None, "what is there no more cannot be searched"


def test_what_a_reading_that_was_cut_off_dealt_stays_too(tmp_path: Path) -> None:
    store, mix, settings = Store(str(tmp_path)), mix_of("all"), Settings()
    late = discover([str(EXAMPLES)])[4:]
    pieces = Pieces()
    with pytest.raises(StopRun):
        for _ in read_documents(pieces, store, late, mix, settings, stopped=lambda: "now" if pieces.used == 8 else ""):
            pass
    dealt = {record.id for shard in pieces.shards for record in store.records(shard.ref)}
    assert len(dealt) > 8 and lots.closed(store) == set()
    whole = read_all(store, discover([str(EXAMPLES)]), mix, settings)
    assert dealt < {record.id for shard in whole.shards for record in store.records(shard.ref)}
    assert {shard.lot for shard in whole.shards} == {1} == lots.closed(store)
    assert whole.by_skill.keys() == {*names()}, "of sixteen documents each skill gets a piece"
    assert min(counts.pieces for counts in whole.by_skill.values()) == 2
    fresh = read_all(Store(str(tmp_path / "fresh")), late, mix, settings)
    known = Lots(store)
    assert known.open == 2 and sum(known.dealt().values()) == whole.total > fresh.total


def test_a_killed_run_is_gone_on_with_as_if_it_had_not_been(tmp_path: Path) -> None:
    mix, settings, files = mix_of("all"), Settings(shard_size=4), discover([str(EXAMPLES)])

    def dealt(folder: str) -> list[DealtRecord]:
        store = Store(str(tmp_path / folder))
        whole = read_all(store, files, mix, settings)
        return [(s.lot, s.wave, r.id) for s in whole.shards for r in store.records(s.ref)]

    killed = read_documents(Pieces(), Store(str(tmp_path / "killed")), files, mix, settings)
    assert len(list(islice(killed, 2))) == 2
    assert dealt("killed") == dealt("whole")


DealtRecord = tuple[int, int, str]


def test_a_file_that_moves_stays_in_its_lot_and_a_reject_joins_no_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    store, mix, settings = Store(str(tmp_path / "out")), mix_of("reading_comprehension"), Settings()
    for name in ("gout.txt", "tram.txt"):
        (tmp_path / "d" / name).write_text(f"{name} is about something else. " + "It is a quiet night at sea. " * 20)

    def read() -> list[tuple[int, int, int, str]]:
        whole = read_all(store, discover([str(tmp_path / "d")]), mix, settings)
        return [(s.lot, s.ref["rows"], s.ref["rejects"], s.ref["sha256"]) for s in whole.shards]

    first = read()
    (tmp_path / "d" / "hut.txt").write_text("Too short")
    (tmp_path / "d" / "ice.txt").write_text("Ice is cold. " * 30)
    second = read()
    assert [each[:3] for each in second] == [(1, 1, 0), (2, 1, 1), (1, 1, 0)]
    assert [second[0], second[2]] == first, "what came in between changes no shard"
    (tmp_path / "d" / "tram.txt").rename(tmp_path / "d" / "a.txt")
    assert sorted(each[:3] for each in read()) == [(1, 1, 0), (1, 1, 0), (2, 1, 1)]


def test_a_row_of_an_earlier_lot_keeps_its_place_beside_one_that_nearly_repeats_it(tmp_path: Path) -> None:
    directory = Directory(tmp_path, skill="reading_comprehension")
    outcome = directory.run(TEN[:3])
    row = outcome.rows[0]
    twin = {"a" * 20: 2, "f" * 20: 1}

    async def kept(of_lots: dict[str, int]) -> list[str]:
        async with opened(directory.skill, tmp_path / "other", directory.settings) as session:
            finished = []
            for id, lot in of_lots.items():
                ref = session.store.write_shard("verify", id, [Record(**{**_fields(row), "id": id})], {})
                finished.append(Finished(row.skill, {"verify": ref}, ended=True, lot=lot))
            return [record.id for record in Accepted(Run(session, Pieces()), finished).records(row.skill)]

    assert asyncio.run(kept(twin)) == ["f" * 20]
    assert asyncio.run(kept(dict.fromkeys(twin, 1))) == ["a" * 20], "of one lot the smaller id"


def _fields(record: Record) -> Json:
    return {name: getattr(record, name) for name in Record.__dataclass_fields__}
