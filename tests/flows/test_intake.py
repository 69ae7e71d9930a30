"""What the batches of one factory's run have in common: its budget, and what tells them from those of another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.cli.factory_run import parameters_of
from flows.factory import factory
from flows.intake import Asked, Made
from flows.order import FactoryOrder, order_of
from tasks.factory.batches import Batch, Plan


def made(calls: int, usd: float | None) -> Made:
    attempt = {"made": calls, "replayed": 0, "cost_usd": usd}
    manifest = {"attempts": [{"made": 99, "cost_usd": 9.0}, attempt], "documents": {"used": 1}, "accepted": 1}
    return Made(Batch(Plan(id="b", how="h", files=()), []), manifest)


def asked(**parameters: Any) -> Asked:
    return Asked(order_of({"documents": ["docs"], **parameters}, FactoryOrder))


def test_a_batch_has_what_those_before_it_left_of_the_budget() -> None:
    left = asked(max_calls=10, max_usd=1.0).within([made(4, 0.25), made(1, None)]).order
    assert (left.max_calls, left.max_usd) == (5, 0.75)
    spent = asked(max_calls=10, max_usd=1.0).within([made(12, 1.5)]).order
    assert spent.max_calls == 1 and 0 < spent.max_usd < 0.001  # 0 would be no bound
    free = asked().within([made(4, 0.25)]).order
    assert (free.max_calls, free.max_usd) == (0, 0)


def test_the_command_line_gives_the_flow_every_parameter_that_it_has() -> None:
    order = order_of({"documents": ["docs"]}, FactoryOrder)
    assert list(parameters_of(order)) and parameters_of(order).keys() == factory.parameters.properties.keys()


def test_a_batch_is_made_in_the_same_way_whatever_does_not_decide_its_rows() -> None:
    assert asked(max_calls=3, running={"max_concurrency": 2}, endpoint={"patience_seconds": 1}).how == asked().how
    for other in ({"seed": 1}, {"teacher": "m"}, {"skill": "fermi"}, {"sampling": {"instructions_per_passage": 1}}):
        assert asked(**other).how != asked().how


def test_a_mix_file_decides_a_batch_by_what_it_says_of_its_skills(tmp_path: Path) -> None:
    file, other = tmp_path / "mix.yaml", tmp_path / "other.yaml"
    file.write_text("skills: {fermi: 2, coding: 1}\ndifficulty: {coding: harder}")
    other.write_text("# The same.\nskills: {fermi: 2, coding: 1}")
    assert asked(mix_from=str(file)).how != asked(mix_from=str(other)).how != asked().how
    fermi = [asked(skill="fermi", mix_from=str(each)) for each in (file, other)]
    assert fermi[0].how == fermi[1].how and fermi[0].told["mix"] == {"skills": {"fermi": 2.0}}
    assert "mix" not in asked().told
