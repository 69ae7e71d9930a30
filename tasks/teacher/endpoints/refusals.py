"""What an endpoint says it cannot do, told from what it merely mentions."""

from __future__ import annotations

import re

# A capability is refused in itself, not where something stands before or after something else.
_NOT = (
    r"(?:not (?:be |yet |currently |fully )*(?:support|available|enabled|permitted|allowed|implement|accept)\w*"
    r"|n['’]t (?:currently )?(?:support|accept|allow)\w*|unsupported|unavailable|disabled|deprecated)"
    r"(?!\s+(?:without|after|before|unless|as)\b)"
)
_STRANGE = (
    r"(?:(?:does|do|is|are) not (?:currently )?(?:support|accept|allow)\w*|n['’]t (?:currently )?(?:support|accept|allow)\w*"
    r"|unsupported|no endpoints|cannot use|extra[ _](?:inputs?|forbidden|fields?)"
    r"|(?:unknown|unrecogni[sz]ed|unexpected|invalid) (?:\w+ ){0,2}(?:param\w*|arg\w*|fields?|key\w*|propert\w+|inputs?|names?))"
)
_BETWEEN = r"(?:(?!\b(?:without|after|before|when|while|unless|if|because)\b)[^.;\n]){0,60}?"
_TOOLS = r"tools|tool[ _-]?(?:use|choice|calling)|(?:tool|function) calls?|function(?:s|[ _-]call(?:s|ing)?)|role [`'\"]?tool"
_NEEDS_FLAG = re.compile(r"\btools?\b.{0,20} requires? --", re.I)
_IN_FUNCTIONS = re.compile(r"\b(?:tools?\[|function_declarations)", re.I)
# Thoughts before a call belong to its turn there, and are not kept.
_THOUGHTS = re.compile(r"expected [`'\"]?thinking\b|missing an? [`'\"]?thought_signature", re.I)
_SYSTEM = (
    r"(?:system|developer) (?:roles?|messages?|prompts?|instructions?)|roles?:? [`'\"]?(?:system|developer)"
    r"|[`'\"](?:system|developer)"
)
_TWO_ROLES = re.compile(
    r"only (?:the )?user(?:,| and)? (?:and )?(?:assistant|model) roles are supported"
    r"|(?:unexpected|invalid|unknown) role:? [`'\"]?system",
    re.I,
)
_SCHEMA = re.compile(
    r"response.?format|json.?(?:schema|mode)|json_object|structured.?output|guided|response.?schema|additionalProperties"
    r"|response.?mime.?type|output_config|output.?format|invalid schema|\$(?:defs|ref)\b",
    re.I,
)
_SCHEMA_REFUSED = re.compile(
    rf"{_NOT}|{_STRANGE}"
    r"|\binvalid\b|too (?:many|complex|large|deep)|must be|must contain|cannot be|cannot find field|failed to|not valid",
    re.I,
)
_IN_MESSAGES = re.compile(r"\bmessages?[\[.]\d", re.I)
_TURNS = re.compile(r"\balternat(?:e|ing|ion)\b|unexpected role [`'\"]?(?:user|assistant|tool)\b", re.I)


def refuses(said: str, names: str) -> bool:
    """Whether a parameter or capability, by a pattern of its names, is said to be none of the endpoint's."""
    name = rf"(?<![\w.\]/-])[`'\"]?(?:{names})\b(?!\.\w|[\[(_-])"
    return bool(
        re.search(rf"{name}[^.;\n]{{0,40}}?{_NOT}", said, re.I) or re.search(rf"{_STRANGE}{_BETWEEN}{name}", said, re.I)
    )


def refuses_value(said: str, name: str) -> bool:
    """Whether the parameter is refused, or any value of it but one."""
    other = rf"\b{name}\b[^.;\n]{{0,40}}\b(?:only|must be)\b"
    return refuses(said, name) or bool(re.search(other, said, re.I))


def refuses_tools(said: str) -> bool:
    """Whether functions are no part of what the endpoint takes, or their schemas are not."""
    schemas = bool(_IN_FUNCTIONS.search(said) and _SCHEMA.search(said) and re.search(_STRANGE, said, re.I))
    return schemas or bool(_NEEDS_FLAG.search(said) or _THOUGHTS.search(said)) or refuses(said, _TOOLS)


def refuses_system(said: str) -> bool:
    """Whether there is no system's turn."""
    return bool(_TWO_ROLES.search(said)) or refuses(said, _SYSTEM)


def refuses_schema(said: str) -> bool:
    """Whether answers are not given in the form that was asked for, or not by this schema."""
    about = _SCHEMA.search(said) and not _IN_MESSAGES.search(said) and not _IN_FUNCTIONS.search(said)
    return bool(about and _SCHEMA_REFUSED.search(said))


def wants_turns(said: str) -> bool:
    """Whether user and assistant must take turns."""
    return bool(_TURNS.search(said))


def names_tools(said: str) -> bool:
    """Whether functions are spoken of at all."""
    return bool(re.search(r"\btools?\b|tool_choice|function.call", said, re.I))
