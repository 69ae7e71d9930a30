"""The name of a flow run: the one that a person typed, else what it makes and where to."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from prefect.runtime import flow_run

from tasks.settings.secrets import looks_like_a_key

_QUALITIES = ("adjective", "adjective_near", "noun_adjective", "prefix", "size")
_ANIMALS = ("animal", "animal_breed", "animal_legendary")
_PAIR = re.compile(r"([a-z]+)-([a-z]+)")
_STAR = re.compile(
    r"(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|omicron|pi|rho|sigma|tau|upsilon|phi|chi|psi"
    r"|omega)\d{0,3}-([a-z-]+?)(?:-[a-z]+)?"
)


def named(otherwise: str, subject: str = "skill") -> Callable[[], str]:
    """What gives the run under way its name: `<skill> to <output>`, unless somebody has given it one.

    `otherwise` is the output where none is given; `{skill}` in it stands for the skill. `subject` is the parameter that stands
    in its place, where a flow has no skill.
    """

    def name() -> str:
        given, parameters = flow_run.name, flow_run.parameters
        if given and not made_up(given):
            return str(given)
        skill = _shown(parameters.get(subject))
        return f"{skill} to {_shown(parameters.get('output')) or otherwise.replace('{skill}', skill)}"

    return name


def _shown(value: object) -> str:
    """What a run was given, which is not examined yet when it gets its name."""
    text = (", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")).strip()
    return "…" if looks_like_a_key(text) else text[:200]


def made_up(name: str) -> bool:
    """Whether Prefect made the name up: its server two words of a list, such as `frisky-cat`, its form a star's name, such as
    `alpha42-cygni`. There is no other mark of it; a name that only looks like one is a person's."""
    pair = _PAIR.fullmatch(name)
    of_server = pair and pair[1] in _server_words(_QUALITIES) and pair[2] in _server_words(_ANIMALS)
    return bool(of_server) or _is_star(name)


def _is_star(name: str) -> bool:
    found = _STAR.fullmatch(name)
    return found is not None and any(f".{place}." in _form_words() for place in (found[1], name.partition("-")[2]))


@cache
def _server_words(lists: tuple[str, ...]) -> frozenset[str]:
    """The words of these lists, of which Prefect's server makes names."""
    texts = (files("coolname.data").joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in lists)
    return frozenset(word for words in texts for word in re.findall(r"^[a-z]+$", words, re.M))


@cache
def _form_words() -> str:
    """The names of stars and much else from which the form in Prefect's UI draws, as its script has them: `.cygni.draconis.`;
    empty if this version has them no longer."""
    import prefect.server

    for script in sorted((Path(prefect.server.__file__).parent / "ui" / "assets").glob("index-*.js")):
        found = re.search(r"andromedae\.antliae\.[a-z.-]+", script.read_text(encoding="utf-8", errors="replace"))
        if found:
            return f".{found[0]}."
    return ""
