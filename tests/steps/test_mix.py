"""Several skills in one run: who gets which piece, and what the run directory says of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

import prompts
from prompts import CatalogueError
from simulator.pipeline import made, opened, read_all
from tasks.documents.discover import discover
from tasks.publish.finished import Finished
from tasks.publish.publish import publish
from tasks.records import Record, Source, identified
from tasks.settings import Settings, SettingsError
from tasks.steps.mix import FIRST, LEAD, Dealer, Mix, mix_of
from tasks.steps.run import Run

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
THREE = "reading_comprehension:3,text_modification:1,tool_use:1"


def pieces(count: int, kind: str = "text") -> list[Record]:
    source = Source(id="d", uri="u", kind=kind)
    return [identified(Record(source=source, passage=f"Piece {number}.")) for number in range(count)]


def dealt(mix: Mix, records: list[Record], seed: int = 0) -> Counter[str]:
    dealer = Dealer(mix, seed)
    return Counter(dealer.deal(piece).skill for piece in records)


@pytest.mark.parametrize("pairs", ["", "reading_comprehension:3,text_modification:1", "fermi:1,coding:20,web_agent:5"])
def test_shares_of_many_pieces_are_within_two_hundredths_and_a_tenth_of_what_is_asked_for(pairs: str) -> None:
    mix = mix_of("all", pairs)
    shares = {name: share for name, share in mix.shares.items() if "text" in mix.skills[name].seeds}
    for seed in range(3):
        counts = dealt(mix, pieces(2000), seed)
        for name, share in shares.items():
            wanted = share / sum(shares.values())
            assert counts[name] / 2000 == pytest.approx(wanted, abs=0.02), name
            assert counts[name] == pytest.approx(2000 * wanted, abs=LEAD * 2000 * wanted + FIRST + 1), name


def test_few_pieces_go_to_as_many_skills_as_can_be() -> None:
    assert dealt(mix_of("all"), pieces(FIRST * len(prompts.names()))).most_common(1)[0][1] <= 2 * FIRST


def test_skills_that_take_several_kinds_leave_to_others_what_these_alone_take() -> None:
    mix = mix_of("all", "coding:1,reading_comprehension:1")  # coding takes both kinds
    both = [piece for pair in zip(pieces(1000), pieces(1000, "code"), strict=True) for piece in pair]
    assert dealt(mix, both)["reading_comprehension"] == pytest.approx(1000, abs=60)


def test_where_a_piece_goes_depends_on_itself_and_the_seed_and_little_on_what_else_there_is() -> None:
    mix, many = mix_of("all"), pieces(6000)
    alone, among, other = Dealer(mix), Dealer(mix), Dealer(mix, seed=1)
    before = {piece.id: alone.deal(piece).skill for piece in many[::2]}
    after = {piece.id: among.deal(piece).skill for piece in many}
    of_seed = {piece.id: other.deal(piece).skill for piece in many}
    assert sum(after[id] == skill for id, skill in before.items()) > 0.75 * len(before)
    assert sum(of_seed[id] == skill for id, skill in before.items()) < 0.25 * len(before)


def test_what_was_dealt_before_stays_and_later_pieces_make_up_for_it() -> None:
    mix = mix_of("all", "reading_comprehension:1,text_modification:1")
    dealer = Dealer(mix, dealt={"reading_comprehension": 500})
    old, *later = pieces(501)
    assert dealer.deal(old, "text_modification").skill == "text_modification"
    assert dealer.deal(old, "coding").skill in mix.skills, "a skill that is taught no more"
    assert Counter(dealer.deal(piece).skill for piece in later)["text_modification"] > 440


def test_only_skills_that_take_the_kind_get_it() -> None:
    mix = mix_of("all", THREE)
    assert set(dealt(mix, pieces(50, "code"))) == {"tool_use"}
    assert set(dealt(mix, pieces(50))) == {"reading_comprehension", "text_modification"}
    assert mix.kinds == ("api", "code", "text")


def test_the_default_shares_are_those_of_the_released_dataset() -> None:
    mix = mix_of("all")
    assert set(mix.skills) == set(prompts.names())
    for name, skill in mix.skills.items():
        assert skill.released and mix.shares[name] == skill.released.rows, name


def test_one_skill_is_a_mix_of_one_and_leaves_the_piece_alone() -> None:
    mix = mix_of("tool_use")
    (piece,) = pieces(1, "code")
    owned = identified(Record(source=piece.source, passage=piece.passage, skill="tool_use"))
    assert Dealer(mix).deal(owned) is owned and mix.name == "tool_use"


@pytest.mark.parametrize(
    ("pairs", "problem", "told"),
    [
        ("no_such:1", CatalogueError, "unknown skill 'no_such'; known:"),
        ("tool_use:0", SettingsError, "must be a number above 0, saw '0'"),
        ("tool_use:much", SettingsError, "saw 'much'"),
        ("tool_use:inf", SettingsError, "saw 'inf'"),
    ],
)
def test_what_makes_no_sense_is_told(pairs: str, problem: type[Exception], told: str) -> None:
    with pytest.raises(problem, match=told):
        mix_of("all", pairs)


def test_one_run_directory_holds_them_all(tmp_path: Path) -> None:
    settings = Settings(mix=THREE, chunks_per_document=1, refinement_rounds=0, instructions_per_passage=2)

    async def inside() -> tuple[dict[str, object], dict[str, int]]:
        async with opened("all", tmp_path, settings) as session:
            given = (session.store, discover([str(EXAMPLES)]), session.mix, settings)
            run = Run(session, read_all(*given))
            finished = []
            for dealt in run.pieces.shards:
                done, shard = Finished(dealt.skill), dealt.ref
                assert {record.skill for record in run.store.records(shard)} == {dealt.skill}
                for step in run.pipeline:
                    shard = done.shards[step.name] = await made(run, dealt.skill, step, shard)
                finished.append(done)
            manifest = publish(run, finished)
            rows = {name: run.store.table(f"dataset/{name}/part-00000.parquet").num_rows for name in run.mix.skills}
            return manifest, rows

    manifest, rows = asyncio.run(inside())
    skills = manifest["skills"]
    assert isinstance(skills, dict) and {name: facts["accepted"] for name, facts in skills.items()} == rows
    assert all(rows.values()) and sum(rows.values()) == manifest["accepted"]
    for name, facts in skills.items():
        assert sum(entry["rows"] for entry in facts["coverage"].values()) == rows[name]
        assert facts["split"] == {"reading_comprehension": "rc"}.get(name, name)
    card = (tmp_path / "README.md").read_text()
    assert "- split: rc\n    path: dataset/reading_comprehension/*.parquet" in card
