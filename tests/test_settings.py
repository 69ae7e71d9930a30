"""Settings: each is documented and every mistake is answered with what was seen and what is allowed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from prompts import TEMPERATURES, Skill
from simulator.skill_runs import skill_run
from tasks.kinds.fit import load_skill
from tasks.settings import ENDPOINT_ONLY, Settings, SettingsError, from_pairs


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description and field.description.endswith("."), name
    assert not field.is_required()


def test_pairs_become_typed_values() -> None:
    settings = from_pairs(
        ["chunk_words=100", "second_solve=false", "edit_temperature=0", "text_column=a=b", "system_prompts=none"]
    )
    assert (settings.chunk_words, settings.second_solve, settings.edit_temperature) == (100, False, 0.0)
    assert (settings.text_column, settings.system_prompts) == ("a=b", "none")
    assert from_pairs([]) == Settings()


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ("chunk_words", ["KEY=VALUE", "'chunk_words'"]),
        ("", ["KEY=VALUE", "''"]),
        ("chunk_word=7", ["unknown setting 'chunk_word'", "chunk_words", "attempts"]),
        ("=7", ["unknown setting ''", "known:"]),
        ("Chunk_words=7", ["unknown setting 'Chunk_words'"]),
        ("chunk_words=many", ["chunk_words", "integer", "saw 'many'"]),
        ("chunk_words=49", ["chunk_words", "50", "saw '49'"]),
        ("chunk_words=", ["chunk_words", "integer", "saw ''"]),
        ("attempts=0", ["attempts", "1", "saw '0'"]),
        ("attempts=1.5", ["attempts", "integer", "saw '1.5'"]),
        ("max_document_mb=nan", ["max_document_mb", "saw 'nan'"]),
        ("structured_output=xml", ["structured_output", "json_schema", "prompt", "saw 'xml'"]),
        ("second_solve=perhaps", ["second_solve", "boolean", "saw 'perhaps'"]),
        ("ledger=postgresql://u@h/d?password=abc", ["ledger", "environment", "PGPASSWORD"]),
        ("ledger=postgresql://u:abc@h/d", ["ledger", "environment"]),
        ("respond_temperature=2.1", ["respond_temperature", "2", "saw '2.1'"]),
    ],
)
def test_mistakes_are_named(pair: str, told: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        from_pairs([pair])
    assert all(part in str(caught.value) for part in told), str(caught.value)
    assert "abc" not in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"chunk_words.*attempts"):
        from_pairs(["chunk_words=x", "attempts=y"])


def test_settings_that_leave_keys_alone_exist() -> None:
    assert set(Settings.model_fields) >= ENDPOINT_ONLY


def test_a_temperature_is_the_setting_s_else_the_skill_s_else_the_usual_one() -> None:
    run = skill_run("text_extraction")
    assert run.temperature("respond", None) == 0.1 and run.temperature("respond", 0.7) == 0.7
    assert run.temperature("respond", 0.0) == 0.0 and run.temperature("edit", None) == TEMPERATURES["edit"]
    assert Settings().respond_temperature is None
    with pytest.raises(ValidationError):
        Skill.model_validate({**load_skill("text_extraction").model_dump(), "temperatures": {"respond": 3}})
    with pytest.raises(ValidationError):
        Skill.model_validate({**load_skill("text_extraction").model_dump(), "temperatures": {"responder": 0.3}})
