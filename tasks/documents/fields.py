"""What stands in marked-up text for the program that prints it: fields at the start, comments, files taken in, pictures."""

from __future__ import annotations

import json
import re

from tasks.documents.readers import Note, Reading

_JSON = re.compile(r"\A\ufeff?(\{[ \t]*\r?\n.*?^\})[ \t]*\r?\n", re.S | re.M)
_METADATA = re.compile(
    r"\A(?=(?:[A-Z][\w -]{0,40}:[ \t].*\n)*?Title:[ \t])(?:[A-Z][\w -]{0,40}:[ \t].*\n(?:[ \t]+\S.*\n)*)+(?=\s*\n)",
    re.I,
)
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.I | re.M)
_RST_OVERLINED = re.compile(r"\A\s*([=\-~^\"'#*+`:.])\1{2,}[ \t]*\n[ \t]*(\S.*)\n\1{3,}[ \t]*$", re.M)
_RST_UNDERLINED = re.compile(r"^(\S.*)\n([=\-~^\"'#*+])\2{2,}[ \t]*$", re.M)
_RST_FIELDS = re.compile(r"\A\s*(?::[\w -]+:.*\n(?:[ \t]+\S.*\n)*)+")
_RST_BLOCK = r"(?:(?:[ \t]*\n)*[ \t]+\S.*(?:\n|\Z))*"
_RST_UNREAD = re.compile(
    r"^(?P<in>[ \t]*)\.\. (?:toctree|contents|meta|index|image|raw|highlight|default-role|sectnum|currentmodule|module"
    rf"|\|[^|\n]+\| (?:image|replace))::.*\n{_RST_BLOCK}|^\.\. (?!_|\[|\||[\w:.-]+::).*\n{_RST_BLOCK}|^\.\. _[^:\n]+:[ \t]*\n",
    re.M,
)
_RST_TAKEN_IN = re.compile(rf"^[ \t]*\.\. (?:include|literalinclude|csv-table:: *\n +:file)::.*\n{_RST_BLOCK}", re.M)
_ADOC_UNREAD = re.compile(
    r"^/{4,}[ \t]*\n(?:.*\n)*?/{4,}[ \t]*$\n?|^//(?!/).*\n?|^(?:ifdef|ifndef|ifeval|endif)::.*\n?|^image::.*\n?|^toc::\[\].*\n?"
    r"|^\[\[[\w-]+\]\][ \t]*\n",
    re.M,
)
_ADOC_TAKEN_IN = re.compile(r"^include::.*\n?", re.M)
_ADOC_HEAD = re.compile(r"\A\s*= (.+)\n((?:\S.*\n)*)")
_ADOC_ATTRIBUTE = re.compile(r"^:(!?[\w-]+!?):[ \t]*(.*)\n?", re.M)
_ORG_KEYWORD = re.compile(r"^#\+(?!begin|end|caption|name|results)[\w-]+:.*\n?", re.I | re.M)
_ORG_UNREAD = re.compile(
    r"^[ \t]*:(?:PROPERTIES|LOGBOOK):[ \t]*\n(?:.*\n)*?[ \t]*:END:.*\n?|^[ \t]*#(?: .*)?\n", re.M | re.I
)


def without_fields(text: str, suffix: str) -> Reading:
    """The text as its author meant it to be read, its title, and how many files it takes in that are not followed."""
    text = text.replace("\r\n", "\n")
    if suffix in {"md", "markdown", "mdx"}:
        return _markdown(text)
    if suffix == "rst":
        return _rst(text)
    if suffix in {"adoc", "asciidoc"}:
        return _asciidoc(text)
    return _org(text) if suffix == "org" else Reading(text)


def _markdown(text: str) -> Reading:
    """Fields in JSON, as Hugo has them, or in lines, as MultiMarkdown and Pelican have them."""
    if found := _JSON.match(text):
        try:
            matter = json.loads(found.group(1))
        except (ValueError, RecursionError):
            return Reading(text)
        title = matter.get("title") if isinstance(matter, dict) else ""
        return Reading(text[found.end() :], title if isinstance(title, str) else "")
    if found := _METADATA.match(text):
        title = _TITLE.search(found.group())
        return Reading(text[found.end() :], title.group(1).strip() if title else "")
    return Reading(text)


def _rst(text: str) -> Reading:
    taken = len(_RST_TAKEN_IN.findall(text))
    text = _RST_UNREAD.sub("", _RST_TAKEN_IN.sub("", text))
    text = _RST_FIELDS.sub("", text)
    over, under = _RST_OVERLINED.match(text), _RST_UNDERLINED.search(text[:4_000])
    title = over.group(2) if over else under.group(1) if under else ""
    return Reading(text, title.strip(), _not_followed(taken))


def _asciidoc(text: str) -> Reading:
    taken = len(_ADOC_TAKEN_IN.findall(text))
    text = _ADOC_UNREAD.sub("", _ADOC_TAKEN_IN.sub("", text))
    values = {name: told.strip() for name, told in _ADOC_ATTRIBUTE.findall(text) if told.strip()}
    text = _ADOC_ATTRIBUTE.sub("", text)
    head = _ADOC_HEAD.match(text)
    if head:  # the lines below a title are its authors and the revision
        text = f"= {head.group(1)}\n\n{text[head.end() :]}"
    text = re.sub(r"\{([\w-]+)\}", lambda m: values.get(m.group(1), m.group()), text)
    return Reading(text, head.group(1).strip() if head else "", _not_followed(taken))


def _org(text: str) -> Reading:
    title = re.search(r"^#\+title:[ \t]*(.+)$", text, re.I | re.M)
    taken = len(re.findall(r"^#\+include:", text, re.I | re.M))
    return Reading(
        _ORG_UNREAD.sub("", _ORG_KEYWORD.sub("", text)), title.group(1) if title else "", _not_followed(taken)
    )


def _not_followed(files: int) -> tuple[Note, ...]:
    return (Note("not_followed", f"taken in, and not read as a part of it: {files} of its files"),) if files else ()
