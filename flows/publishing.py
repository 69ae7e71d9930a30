"""What a release may be asked for: the fields of the form, each with its bounds, and the command line that says the same."""

from __future__ import annotations

import re
import shlex
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from flows.curating import CrewAddress, Workers
from flows.order import Output
from tasks.publish.release.configs import PUBLISHED
from tasks.publish.release.hub import check
from tasks.publish.release.places import public
from tasks.publish.release.release import Release, Wanted
from tasks.records import Json
from tasks.settings import Group, Text, bare, seen

_SHARE = 0.05
_LICENSE = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.A)


def _known_format(name: str) -> str:
    if name not in PUBLISHED:
        facts = {"seen": seen(name), "known": ", ".join(PUBLISHED)}
        raise PydanticCustomError("unknown", "unknown format {seen}; known: {known}", facts)
    return name


def _lines(given: Any) -> Any:
    """Names, each once, also where several stand on a line with commas between; without empty ones."""
    if not isinstance(given, list | tuple):
        return given
    words = [word for line in given for word in (line.split(",") if isinstance(line, str) else [line])]
    return list(dict.fromkeys(word for word in map(bare, words) if word != ""))


def _license(name: str) -> str:
    name = name.lower()
    if name and not _LICENSE.fullmatch(name):
        raise PydanticCustomError("license", "must be an identifier such as cc-by-4.0 or apache-2.0")
    return name


def _repository(name: str) -> str:
    if name and not _REPOSITORY.fullmatch(name):
        raise PydanticCustomError("repository", "must be ORG/NAME")
    return name


_CHOICES: Json = {"minItems": 1, "items": {"type": "string", "enum": list(PUBLISHED)}}
Data = Annotated[Text, Field(min_length=1, json_schema_extra={"title": "Data"})]
Formats = Annotated[
    tuple[Annotated[str, AfterValidator(_known_format)], ...],
    BeforeValidator(_lines),
    Field(min_length=1, json_schema_extra={"title": "Formats", "default": [PUBLISHED[0]], **_CHOICES}),
]
Model = Annotated[Text, Field(json_schema_extra={"title": "Model"})]
License = Annotated[Text, AfterValidator(_license), Field(json_schema_extra={"title": "License"})]
Push = Annotated[Text, AfterValidator(_repository), Field(json_schema_extra={"title": "Push"})]
Public = Annotated[bool, Field(json_schema_extra={"title": "Public"})]
DryRun = Annotated[bool, Field(json_schema_extra={"title": "Dry run"})]
TestShare = Annotated[float, Field(ge=0, le=0.5, json_schema_extra={"title": "Test share"})]
Anyway = Annotated[bool, Field(json_schema_extra={"title": "Anyway"})]
OfflineRows = Annotated[bool, Field(json_schema_extra={"title": "Offline rows"})]


OtherCrew = Annotated[Literal["", "processes", "dask", "ray"], Field(json_schema_extra={"title": "Runner"})]


class PublishOrder(Group):
    """What a release was asked for, read and within its bounds."""

    data: Data
    formats: Formats = PUBLISHED[:1]
    output: Output = ""
    model: Model = ""
    license: License = ""
    test_share: TestShare = _SHARE
    offline_rows: OfflineRows = False
    anyway: Anyway = False
    push: Push = ""
    public: Public = False
    dry_run: DryRun = False
    workers: Workers = 0
    runner: OtherCrew = ""
    address: CrewAddress = ""

    @model_validator(mode="after")
    def _pushed_if_public(self) -> Self:
        if (self.public or self.dry_run) and not self.push:
            raise ValueError("--public and --dry-run say how to push: add --push ORG/NAME")
        return self

    def wanted(self) -> Wanted:
        """The same as a release takes it."""
        return Wanted(
            directory=self.data,
            formats=self.formats,
            output=self.output,
            model=self.model,
            license=self.license,
            test_share=self.test_share,
            offline_rows=self.offline_rows,
            anyway=self.anyway,
            command=self.command(),
        )

    def command(self) -> str:
        """The command line that asks for the same, for the card: no paths of this machine."""
        share = "" if self.test_share == _SHARE else self.test_share
        options = {
            "as": ",".join(self.formats),
            "for": public(self.model),
            "license": self.license,
            "test-share": share,
        }
        words = [word for name, value in options.items() if value != "" for word in (f"--{name}", str(value))]
        flags = [*(["--offline-rows"] if self.offline_rows else []), *(["--anyway"] if self.anyway else [])]
        return shlex.join(["agentinstruct", "publish", str(public(self.data.rstrip("/"))), *words, *flags])


def opened(order: PublishOrder) -> Release:
    """The release that is asked for; ReleaseError for what cannot be had, before anything is made."""
    release = Release(order.wanted())
    if order.push:
        check(release.output, dry_run=order.dry_run)
    return release
