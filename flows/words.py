"""The same sentence for who clicks and for who types: a form has fields where the command line has options."""

from __future__ import annotations

import re

from pydantic import BaseModel

from flows.evaluating import EvaluateOrder
from flows.order import FactoryOrder
from flows.publishing import PublishOrder
from flows.teaching import TeachOrder
from tasks.settings import Settings


def _titles(form: type[BaseModel]) -> dict[str, str]:
    fields = form.model_json_schema()["properties"]
    return {name: str(field["title"]) for name, field in fields.items() if "title" in field}


_FORMS = {**_titles(FactoryOrder), **_titles(PublishOrder), **_titles(TeachOrder), **_titles(EvaluateOrder)}
_OPTIONS = {f"--{name.replace('_', '-')}": title for name, title in _FORMS.items()}
_OPTIONS |= {"--as": _FORMS["formats"], "--for": _FORMS["model"]}
_SETTINGS = _titles(Settings)
_NAME = re.compile(r"(?<![\w/.'-])(?:[a-z]+(?:_[a-z]+)+|\w+(?=: ))(?![\w/'-]|\.\w)")
"""What may be the name of a setting: words that are joined, or one that a message begins with; no part of a path."""


def in_form_words(sentence: str) -> str:
    """A sentence in the words of the command line, told in those of the form."""
    told = sentence.replace("DOCUMENTS", "Documents").replace("--set ", "")
    told = re.sub(r"(?<![\w/.-])DATA(?![\w/.-])", "Data", told)
    told = re.sub(r"--[a-z][a-z-]*", lambda option: _OPTIONS.get(option[0], option[0]), told)
    told = re.sub(r"\b(\w+)=([A-Z]+)\b", r"\1", told)  # --set price_table=FILE
    told = _NAME.sub(lambda name: _SETTINGS.get(name[0], name[0]), told)
    told = re.sub(r"\b[Rr]un the same command again", "press Retry", told)
    return told.replace("the same command again", "Retry").replace(". press", ". Press")
