"""`--for MODEL`: rows under templates in the manner of nine families, changed as little as they can be, or listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.publish.export.chat_template import ChatTemplate
from tasks.publish.export.messages import Shape, Unfit, offered, plain
from tasks.publish.release.fitting import Fitted
from tasks.publish.release.models import template_of
from tasks.publish.release.origin import ReleaseError
from tasks.publish.release.release import Wanted
from tasks.publish.rows import dataset_row
from tasks.records import Json
from tests.publish.export.run_directory import PROGRAM, SAID, THINK, TOOLS, pair, record, say
from tests.publish.export.test_formats import read
from tests.publish.export.test_templates import TEMPLATES
from tests.publish.release.dataset import release, write_dataset
from tests.publish.release.hub_server import hub

APART, TO_USER, TOGETHER, TEXT, TOLD = (
    "calls one by one",
    "the system prompt said by the user",
    "messages of one speaker put together",
    "arguments as text",
    "tools named by the system prompt",
)
FAMILIES: dict[str, dict[str, str]] = {
    "qwen": {"coding": "", "conversation": "", "tool_use": ""},
    "qwen_coder": {"coding": "", "conversation": "", "tool_use": TOLD},
    "mistral": {"coding": "", "conversation": "", "tool_use": ""},
    "llama": {"coding": "", "conversation": "", "tool_use": f"{APART}, {TOLD}"},
    "gemma": {
        "coding": TO_USER,
        "conversation": "",
        "tool_use": "the template says: Conversation roles must alternate",
    },
    "deepseek": {"coding": "", "conversation": "", "tool_use": TEXT},
    "glm": {"coding": "", "conversation": "", "tool_use": ""},
    "smollm": {"coding": "", "conversation": "", "tool_use": "the template leaves out a call"},
    "cohere": {"coding": "", "conversation": "", "tool_use": "the template says: Conversation roles must alternate"},
}
"""Family -> skill -> what is changed, or why a row is not rendered."""


def fitted(name: str) -> Fitted:
    return Fitted(
        ChatTemplate({"default": (TEMPLATES / f"{name}.jinja").read_text()}, {"bos_token": "<s>", "eos_token": "</s>"})
    )


def row(messages: list[Json], tools: list[Json] | None = None) -> Json:
    return dataset_row(record("coding", 0, messages, tools=tools or []))


def outcome(name: str, of: Json, kind: Any = "rows") -> str:
    try:
        return fitted(name).shape_of(kind, of)[1]
    except Unfit as unfit:
        return str(unfit)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("skill", ["coding", "conversation", "tool_use"])
def test_a_row_is_changed_as_little_as_it_can_be(family: str, skill: str) -> None:
    told = outcome(family, row(SAID[skill], TOOLS if skill == "tool_use" else None))
    wanted = FAMILIES[family][skill]
    assert told.startswith(wanted) if wanted else told == ""


def test_a_template_of_single_calls_gets_them_one_by_one() -> None:
    offered = (TEMPLATES / "llama.jinja").read_text() + "{% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}"
    shape, told = Fitted(ChatTemplate({"default": offered}, {})).shape_of("rows", row(SAID["tool_use"], TOOLS))
    assert (shape, told) == (Shape(calls="apart"), APART)


def test_changes_add_up_and_none_is_made_in_vain() -> None:
    twice = [say("system", THINK), say("user", "One."), say("user", "Two."), say("assistant", "Three.")]
    assert outcome("cohere", row(twice)) == TOGETHER
    assert outcome("gemma", row(twice)) == f"{TO_USER}, {TOGETHER}"
    assert outcome("qwen", row(twice)) == ""


def test_a_template_that_takes_no_tools_is_told_of_them_by_the_system_prompt() -> None:
    coder = fitted("qwen_coder")
    shape, told = coder.shape_of("rows", row(SAID["tool_use"], TOOLS))
    assert (shape, told) == (Shape(tools="told"), TOLD)
    changed = offered(row(SAID["tool_use"], TOOLS))
    assert changed["tools"] is None
    text = coder.template.render(plain(changed["messages"], shape), [])
    assert f"{THINK}\n\nThese functions can be called:" in text and text.count('"name": "find_boat"') == 1


def test_a_preference_suits_with_both_of_its_answers() -> None:
    of = pair(record("coding", 0, PROGRAM))
    assert outcome("gemma", of, "preferences") == TO_USER
    with_calls = {**of, "rejected": SAID["tool_use"][2:3]}
    assert outcome("smollm", with_calls, "preferences") == "the template leaves out a call"


# In a release


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_dataset(tmp_path / "data")
    return tmp_path / "data"


def published(data: Path, template: str, *formats: str) -> dict[str, Json]:
    return release(Wanted(directory=str(data), formats=formats or ("hf",), model=str(TEMPLATES / f"{template}.jinja")))


def test_what_no_change_mends_is_left_out_counted_and_listed(data: Path) -> None:
    told = published(data, "smollm")["hf"]
    reason = "the template leaves out a call"
    assert told["configs"]["default"] == {"train": 32, "test": 8} and told["unrendered"][reason] == 28
    listed = read(Path(told["folder"]) / "not_rendered.jsonl")
    assert len(listed) == sum(told["unrendered"].values())
    assert {"id": "tool_use-0", "config": "default", "reason": reason} in listed
    card = (Path(told["folder"]) / "README.md").read_text()
    assert f"| {reason} | 28 |" in card and "chat template of `smollm.jinja`" in card
    again = published(data, "qwen")["hf"]
    assert again["unrendered"] == {} and not (Path(told["folder"]) / "not_rendered.jsonl").exists()


def test_rows_are_written_in_the_shape_that_suits(data: Path) -> None:
    told = published(data, "deepseek", "trl")["trl"]
    rows = read(Path(told["folder"]) / "data/sft/test-00000.parquet")
    arguments = [c["function"]["arguments"] for r in rows for m in r["messages"] for c in m.get("tool_calls", ())]
    assert len(arguments) == 12 and all(isinstance(json.loads(text), dict) for text in arguments)
    assert told["repaired"][TEXT] > 0
    said = published(data, "gemma", "openai")["openai"]
    lines = read(Path(said["folder"]) / "train.jsonl")
    assert said["repaired"] == {TO_USER: 20} and {line["messages"][0]["role"] for line in lines} == {"user"}


def test_another_template_makes_pieces_anew(data: Path) -> None:
    assert published(data, "gemma", "openai")["openai"]["configs"] == {"default": {"train": 32, "test": 8}}
    assert published(data, "qwen", "openai")["openai"]["configs"] == {"default": {"train": 48, "test": 12}}


# Where a template comes from


def test_a_model_s_folder_is_read_as_transformers_does(tmp_path: Path) -> None:
    config: Json = {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": None, "chat_template": "old"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    found = template_of(str(tmp_path))
    assert (found.texts, found.tokens) == ({"default": "old"}, {"bos_token": "<s>", "eos_token": "</s>"})
    (tmp_path / "chat_template.jinja").write_text("new")
    assert template_of(str(tmp_path)).texts == {"default": "new"}
    (tmp_path / "additional_chat_templates").mkdir()
    (tmp_path / "additional_chat_templates" / "tool_use.jinja").write_text("tools")
    assert template_of(str(tmp_path)).texts == {"default": "new", "tool_use": "tools"}
    config["chat_template"] = [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    (tmp_path / "chat_template.jinja").unlink()
    assert template_of(str(tmp_path)).texts == {"default": "a", "tool_use": "tools"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("tokenizer_config.json", "{}", "it has no chat template, neither chat_template.jinja nor one in"),
        ("tokenizer_config.json", "{", "is no JSON"),
        ("chat_template.jinja", "{% if %}", "cannot be read: line 1"),
    ],
)
def test_a_folder_without_a_template_is_told(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ReleaseError, match=told):
        template_of(str(tmp_path))


def test_a_path_that_is_not_there_is_told() -> None:
    with pytest.raises(ReleaseError, match=r"--for \./no/such/model: there is no such folder or file"):
        template_of("./no/such/model")


def test_a_model_that_can_be_neither_reached_nor_found_in_the_cache_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(
        ReleaseError, match=r"--for some/model: the hub cannot be reached .* name a folder or a \.jinja file"
    ):
        template_of("some/model")


def test_a_model_is_read_from_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    config = json.dumps({"bos_token": "<s>", "chat_template": "old"}).encode()
    with hub() as server:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", server.url)
        where = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", where)
        server.models |= {"some/old": {"tokenizer_config.json": config}, "some/none": {"tokenizer_config.json": b"{}"}}
        server.models["some/new"] = {"tokenizer_config.json": config, "chat_template.jinja": b"new"}
        server.models["some/two"] = {"chat_template.jinja": b"a", "additional_chat_templates/tool_use.jinja": b"b"}
        assert template_of("some/two").texts == {"default": "a", "tool_use": "b"}
        assert template_of("some/old").texts == {"default": "old"}
        assert template_of("some/new").texts == {"default": "new"} and template_of("some/new").tokens == {
            "bos_token": "<s>"
        }
        with pytest.raises(ReleaseError, match="--for some/none: it has no chat template"):
            template_of("some/none")
        with pytest.raises(ReleaseError, match="--for no/such: the hub has no such model, or it is not for everybody"):
            template_of("no/such")
    assert template_of("some/new").texts == {"default": "new"}, "it is cached, and the hub is gone"


def test_a_hub_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ReleaseError, match="the hub cannot be reached"):
        template_of("some/model")


def test_a_cached_model_needs_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--some--model" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (snapshot / "tokenizer_config.json").write_text(json.dumps({"chat_template": "cached"}))
    refs = tmp_path / "models--some--model" / "refs"
    refs.mkdir()
    (refs / "main").write_text("0" * 40)
    assert template_of("some/model").texts == {"default": "cached"}
