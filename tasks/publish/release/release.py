"""A release as a whole: what is wanted, opened and checked; its volumes, and each format's folder once they are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.publish.release.card import Facts, card
from tasks.publish.release.configs import PUBLISHED
from tasks.publish.release.figures import figures_of
from tasks.publish.release.making import AsItIs, Fitting, Maker
from tasks.publish.release.origin import Origin, ReleaseError
from tasks.publish.release.places import public
from tasks.publish.release.volumes import Volume, folder_of, volumes_of
from tasks.records import Json
from tasks.records.store import EXPORT_FILE, Store

NOT_RENDERED = "not_rendered.jsonl"
PLACE = "published"
"""Where formats lie, below what they are made of, unless another place is named."""
_COUNTS = ("left_out", "lost", "unrendered", "repaired")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be published, and how."""

    directory: str
    formats: tuple[str, ...] = PUBLISHED[:1]
    output: str = ""
    """A folder or fsspec URL; empty for `published/` below the directory."""
    model: str = ""
    """The model whose chat template every row must suit; empty for none."""
    license: str = ""
    offline_rows: bool = False
    anyway: bool = False
    """Whether it is published although its rows are too much alike."""
    test_share: float = 0.05
    command: str = ""
    """The command line that publishes, for the card."""


class Release:
    """What is wanted, opened. A plain class: Prefect walks through others."""

    def __init__(self, wanted: Wanted) -> None:
        """ReleaseError if there is nothing to publish, nothing that is for training, or no template of the model."""
        self.wanted = wanted
        self.origin = Origin(wanted.directory, wanted.test_share)
        _for_training(self.origin, wanted)
        _varied(self.origin, wanted)
        place = wanted.output or f"{wanted.directory.rstrip('/')}/{PLACE}"
        try:
            self.output = Store(place)
        except (ImportError, ValueError) as error:
            raise ReleaseError(f"cannot write to {place}: {error}; choose another --output") from None
        self.maker = Maker(self.origin, self.output, _fitting(wanted.model), offline_rows=wanted.offline_rows)

    def volumes(self) -> list[Volume]:
        """The volumes of all formats."""
        return [volume for format in self.wanted.formats for volume in volumes_of(self.origin, format)]

    def figures(self) -> Json:
        """What the cards tell of rows."""
        return figures_of(self.origin, offline_rows=self.wanted.offline_rows)

    def finish(self, format: str, made: Sequence[tuple[Volume, Json]], figures: Json) -> Json:
        """Put card and facts beside the volumes of a format, take away what an earlier release left, and tell what there is.

        ReleaseError if no row was written.
        """
        store, counts = self.output, {name: _sum(told[name] for _, told in made) for name in _COUNTS}
        configs = _configs(made)
        if not configs:
            why = {**counts["left_out"], **counts["unrendered"]}
            reasons = ", ".join(f"{n:,} {reason}" for reason, n in why.items()) or "it holds none"
            raise ReleaseError(f"no row of {self.wanted.directory} can be published as {format}: {reasons}")
        files = [volume.path for volume, told in made if told["rows"]]
        listed = b"".join(self.maker.not_rendered(volume, told) for volume, told in made)
        if listed:
            store.write(f"{format}/{NOT_RENDERED}", listed)
            files.append(NOT_RENDERED)
        self._remove(format, files)
        facts = Facts(
            origin=self.origin,
            format=format,
            configs=configs,
            figures=figures,
            model=public(self.wanted.model) or "",
            license=self.wanted.license,
            command=self.wanted.command,
            **counts,
        )
        store.write(f"{format}/README.md", card(facts).encode())
        rows = {name: {split: facts["rows"] for split, facts in splits.items()} for name, splits in configs.items()}
        told = {"format": format, "configs": rows, **counts}
        store.write_json(
            f"{format}/{EXPORT_FILE}", {**told, "model": public(self.wanted.model), "files": sorted(files)}
        )
        return {**told, "folder": f"{store.output.rstrip('/')}/{format}", "files": sorted([*files, "README.md"])}

    def _remove(self, format: str, files: Sequence[str]) -> None:
        """Remove what an earlier release of the format wrote and this one does not."""
        before = (self.output.read_json(f"{format}/{EXPORT_FILE}") or {}).get("files", ())
        for stale in sorted(set(before) - set(files)):
            if self.output.fs.exists(self.output.path(f"{format}/{stale}")):
                self.output.remove(f"{format}/{stale}")


def _varied(origin: Origin, wanted: Wanted) -> None:
    """ReleaseError if the rows are too much alike, see `tasks.curation.sameness`."""
    alarms = (origin.manifest.get("sameness") or {}).get("alarms")
    if alarms and not wanted.anyway:
        raise ReleaseError(
            f"the rows of {wanted.directory} are too much alike to be published: {'; '.join(alarms)}. Make more different rows, "
            "or add --anyway"
        )


def _fitting(model: str) -> Fitting:
    if not model:
        return AsItIs()
    from tasks.publish.release.fitting import Fitted  # brings jinja2 with it
    from tasks.publish.release.models import template_of

    return Fitted(template_of(model))


def _configs(made: Sequence[tuple[Volume, Json]]) -> dict[str, Json]:
    """Configuration -> split -> rows and the pattern of its files; of those that have rows."""
    configs: dict[str, Json] = {}
    for volume, told in made:
        if not told["rows"]:
            continue
        config = volume.config
        name = volume.split if config.by_skill and volume.split != "train" else config.name
        folder = f"{folder_of(config, volume.split)}/" if config.suffix == ".parquet" else ""
        pattern = (
            f"{folder}{volume.name}-*{config.suffix}" if folder or volume.of > 1 else f"{volume.name}{config.suffix}"
        )
        split = configs.setdefault(name, {}).setdefault(volume.name, {"rows": 0, "path": pattern})
        split["rows"] += told["rows"]
    return configs


def _sum(counts: Iterable[Json]) -> Json:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _for_training(origin: Origin, wanted: Wanted) -> None:
    """ReleaseError if all rows are the offline teacher's, and nobody asked for them."""
    if (origin.manifest.get("teacher") or {}).get("model") == "offline" and not wanted.offline_rows:
        raise ReleaseError(
            f"the rows of {wanted.directory} are the offline teacher's and not for training: "
            "generate with --teacher MODEL, or add --offline-rows to see what a release looks like"
        )
