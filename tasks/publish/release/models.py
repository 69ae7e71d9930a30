"""The chat template of a model: of a folder, of a file, or of a repository of the Hugging Face hub, which is cached."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tasks.publish.export.chat_template import ChatTemplate
from tasks.publish.release.origin import ReleaseError
from tasks.records import Json

_CONFIG, _TEMPLATE, _OTHERS = "tokenizer_config.json", "chat_template.jinja", "additional_chat_templates"
_REPOSITORY = re.compile(r"[\w.-]+(/[\w.-]+)?", re.A)
_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_HUB = "the model's hub is reached by huggingface_hub: pip install huggingface_hub, or name a folder or a .jinja file"
_SECONDS = 10.0
Read = Callable[[str], str | None]
"""What a file of a model holds; None if it is not there."""


def template_of(model: str) -> ChatTemplate:
    """The template that a model is trained and asked with; ReleaseError, in a sentence with its remedy, if there is none."""
    path = Path(model).expanduser()
    if path.is_file():
        found = ChatTemplate({"default": _text(path)}, dict.fromkeys(_TOKENS, ""))
    elif path.is_dir():
        others = {each.stem: _text(each) for each in sorted((path / _OTHERS).glob("*.jinja"))}
        found = _template(lambda name: _text(path / name) if (path / name).is_file() else None, others)
    elif _REPOSITORY.fullmatch(model):
        reached = _answers()
        found = _template(_of_hub(model, reached), {})
        if not (found.texts or reached):
            raise ReleaseError(
                f"--for {model}: the hub cannot be reached and the model's files are not cached: name a folder or a .jinja file"
            )
    else:
        raise ReleaseError(f"--for {model}: there is no such folder or file, and no model of a hub is called so")
    if not found.texts:
        raise ReleaseError(f"--for {model}: it has no chat template, neither {_TEMPLATE} nor one in {_CONFIG}")
    try:
        found.check()
    except ValueError as error:
        raise ReleaseError(f"--for {model}: {error}") from None
    return found


def _template(read: Read, others: Mapping[str, str]) -> ChatTemplate:
    """What the files of a tokenizer say: a template of its own file goes before one of the configuration."""
    said = read(_CONFIG) or "{}"
    try:
        config = json.loads(said)
    except ValueError:
        raise ReleaseError(f"{_CONFIG} of the model is no JSON") from None
    texts = {**_configured(config.get("chat_template")), **others}
    for name, path in (("default", _TEMPLATE), ("tool_use", f"{_OTHERS}/tool_use.jinja")):
        if own := read(path):
            texts = {**texts, name: own}
    return ChatTemplate(texts, {name: text for name in _TOKENS if (text := _token(config.get(name)))})


def _configured(told: Any) -> dict[str, str]:
    """The templates of a configuration: one text, or a list of named ones."""
    if isinstance(told, str):
        return {"default": told}
    return {each["name"]: each["template"] for each in told} if isinstance(told, list) else {}


def _token(told: str | Json | None) -> str:
    """A special token, which is a text or describes one."""
    return str(told.get("content") or "") if isinstance(told, dict) else told or ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is no text'}") from None


def _of_hub(model: str, reached: bool) -> Read:
    """Reads files of a repository, from the hub or, where that is not reached, from its cache."""
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError
    except ImportError:
        raise ReleaseError(f"--for {model}: {_HUB}") from None

    def read(name: str) -> str | None:
        try:
            return _text(Path(hf_hub_download(model, name, local_files_only=not reached)))
        except RepositoryNotFoundError:
            raise ReleaseError(
                f"--for {model}: the hub has no such model, or it is not for everybody: set HF_TOKEN, or name a folder"
            ) from None
        except EntryNotFoundError:
            return None
        except ReleaseError:
            raise
        except Exception as error:  # its client of HTTP raises what it likes
            raise ReleaseError(f"--for {model}: the hub cannot be read ({type(error).__name__})") from None

    return read


def _answers() -> bool:
    """Whether the hub can be reached: its client would try for most of a minute, file by file."""
    try:
        from huggingface_hub import constants, get_session

        return not constants.HF_HUB_OFFLINE and bool(get_session().head(constants.ENDPOINT, timeout=_SECONDS))
    except Exception:  # its client of HTTP raises what it likes
        return False
