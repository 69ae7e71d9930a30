"""What the fields of a form have in common: their sorts, their bounds, and what no field takes."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from tasks.settings.secrets import PATTERN, looks_like_a_key

MANY = 1_000_000_000
"""The bound of counts that have no natural one."""
DAY = 86_400
LARGEST_INTEGER = 2**53 - 1
"""The largest number that a browser, JSON and a database hold alike; a larger one makes Prefect's pages unreadable."""
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}


def bare(given: Any) -> Any:
    """A text without the blanks and the quotes that were copied along with it; anything else as it is."""
    if not isinstance(given, str):
        return given
    text = given.strip()
    return text[1:-1].strip() if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] else text


def _no_key(text: str) -> str:
    if looks_like_a_key(text):
        raise PydanticCustomError("key", "this looks like a key or password: put it into the environment, never here")
    return text


class _Keyless:
    """Lets a form, too, refuse what looks like a key, so that Prefect never stores it."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        told = "keys and passwords belong into the environment"
        # Said here, not by a reference: the form of a schedule knows no definitions and would refuse every text.
        return {**handler(core), "not": {"description": told, "type": "string", "pattern": PATTERN}}


Text = Annotated[str, BeforeValidator(bare), Field(max_length=4_000), AfterValidator(_no_key), _Keyless()]
"""A short text: a name, a path, an address, a list of names; never a key."""
Variable = Annotated[
    str, BeforeValidator(bare), Field(max_length=200, pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$"), AfterValidator(_no_key), _Keyless()
]  # fmt: skip
"""The name of an environment variable, never what it holds."""


def _reachable(address: str) -> str:
    if address:
        try:
            parts = urlsplit(address)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or any(character.isspace() for character in address):
            raise PydanticCustomError("address", "must begin with http:// or https:// and name a host")
    return address


Address = Annotated[Text, AfterValidator(_reachable)]
"""The address of an endpoint, or nothing."""
Temperature = Annotated[float, Field(ge=0, le=2)] | None


def _title(name: str, _: Any = None) -> str:
    words = " ".join(_SPELLED.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


_SPELLED = {"url": "URL", "mb": "MB", "searxng": "SearXNG", "api": "API"}


class Group(BaseModel):
    """Settings that stand together in a form. Mistakes in them are told without what was typed."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True, field_title_generator=_title
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        fields = handler.resolve_ref_schema(schema)["properties"]
        for name, field in fields.items():
            fields[name] = _shown(field)
        return schema


def _shown(field: JsonSchemaValue) -> JsonSchemaValue:
    """A field as a form is to show it: its bounds told, and one that may stay empty as what it is otherwise."""
    if "anyOf" in field:  # the form would offer a choice of two sorts
        [known] = [sort for sort in field["anyOf"] if sort != {"type": "null"}]
        field = {**{name: field[name] for name in field if name not in ("anyOf", "default")}, **known}
    most = field.get("maximum", MANY)
    least = field.get("minimum", field.get("exclusiveMinimum"))
    if most < MANY and least is not None:
        over = "Over" if "exclusiveMinimum" in field else "From"
        field = {**field, "description": f"{field.get('description', '')} {over} {least:,g} to {most:,g}.".strip()}
    return field
