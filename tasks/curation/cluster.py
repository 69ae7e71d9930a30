"""The near-duplicates of rows that many machines share: what each task does before and after their bands are joined.

sign -> bands are joined -> compare -> what is alike makes clusters -> gather -> choose -> drop. The two steps without a function
here are datatrove's, see `examples/cluster`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.curation.duplicates import are_alike, exact_duplicates, near_duplicates
from tasks.curation.lines import Lines, read_lines, write_lines
from tasks.curation.shards import Shard
from tasks.curation.signatures import BANDS, signature
from tasks.publish.run_directory import RunDirectory
from tasks.records.store import Store

RECORD = np.dtype([("band", "<u8"), ("row", "<u4")])
"""A row in a bucket, as datatrove's MinHash has it; its numbers end at 2^61."""


@dataclass(frozen=True)
class Work:
    """What all tasks share: task `rank` of `world` has the files rank, rank + world, rank + 2 world and so on."""

    store: Store
    files: list[Shard] = field(repr=False)


def sign(work: Work, _: object, rank: int, world: int) -> None:
    """The lines that `curate` makes of these rows, and their bands, sorted, in datatrove's buckets."""
    tables = []
    for number, file in list(enumerate(work.files))[rank::world]:
        table = signature(file)
        places = {"file": np.full(len(table), number), "row": np.arange(len(table))}
        tables.append(pa.table({**dict(zip(table.column_names, table.columns, strict=True)), **places}))
    lines = pa.concat_tables(tables)
    write_lines(work.store, f"joining/lines/{rank:05d}.arrow", lines)
    for n in range(BANDS):
        bucket = np.empty(len(lines), RECORD)
        bucket["band"], bucket["row"] = lines[f"band_{n}"].to_numpy() >> np.uint64(3), np.arange(len(lines))
        bucket.sort(order=["band", "row"])
        work.store.write(f"joining/signed/bucket_{n:03d}/{rank:05d}.minhash.sig", bucket.tobytes())


def compare(work: Work, _: object, rank: int, world: int) -> None:
    """Of the pairs that share a band, those that are alike: others would chain all rows into one cluster."""
    tables = [read_lines(work.store, path) for path in work.store.files("joining/lines")]
    lines = Lines([Shard(0, "", "", (), len(table), "") for table in tables], tables)
    for path in work.store.files("joining/joined")[rank::world]:
        pairs = np.frombuffer(work.store.read(path), "<u4").reshape(-1, 4)
        one, other = (lines.starts[pairs[:, n]] + pairs[:, n + 1] for n in (0, 2))
        alike = [are_alike(lines, *pair) for pair in zip(one.tolist(), other.tolist(), strict=True)]
        work.store.write(path.replace("joined", "alike"), pairs[np.array(alike, bool)].tobytes())


def gather(work: Work, _: object, rank: int, world: int) -> None:
    """The lines of rows that are in clusters; those of one cluster for one task to choose from."""
    if f"joining/clusters/{rank:06d}.clusters" in work.store.files("joining/clusters"):
        met = np.frombuffer(work.store.read(f"joining/clusters/{rank:06d}.clusters"), "<u4").reshape(-1, 2)
        lines, owner = read_lines(work.store, f"joining/lines/{rank:05d}.arrow"), met[:, 1] % world
        for n in np.unique(owner).tolist():
            write_lines(work.store, f"joining/gathered/{n:05d}/{rank:05d}.arrow", lines.take(met[owner == n, 0]))


def choose(work: Work, _: object, rank: int, world: int) -> None:
    """The rows that repeat another, as `curate` has it: the first stays, unless that is private or not for training."""
    if paths := work.store.files(f"joining/gathered/{rank:05d}"):
        met = pa.concat_tables([read_lines(work.store, path) for path in paths])
        lines = Lines([Shard(0, "", "", (), len(met), "")], [met])
        unfit = ~met["for_training"].to_numpy() | met["private"].is_valid().to_numpy()
        rows = np.lexsort((met["row"].to_numpy(), met["file"].to_numpy(), unfit))
        found = exact_duplicates(lines, rows)
        found |= near_duplicates(lines, rows[~np.isin(rows, list(found))])
        told = met.select(["file", "row", "id"]).take(list(found)).to_pylist()
        for each, other in zip(told, found.values(), strict=True):
            file = work.files[each["file"]]
            each |= {"run": file.directory, "path": file.parts[0], "match": lines.id(other)}
        if told:
            work.store.write(f"duplicates/part-{rank:05d}.parquet", packed(pa.Table.from_pylist(told)))


def drop(work: Work, _: object, rank: int, world: int) -> None:
    """The runs without these rows: dataset, feedback, and a manifest that counts what is left."""
    tables = [work.store.table(path, ["file", "row"]) for path in work.store.files("duplicates")]
    files, rows = (np.concatenate([np.zeros(0, int), *(each[name] for each in tables)]) for name in ("file", "row"))
    for number, file in list(enumerate(work.files))[rank::world]:
        table = RunDirectory(file.directory).store.table(file.parts[0])
        kept = np.delete(np.arange(len(table)), rows[files == number])
        work.store.write(f"runs/{file.run:03d}/{file.parts[0]}", packed(table.take(kept)))
    fewer = Counter((work.files[number].run, work.files[number].skill) for number in files.tolist())
    for number, directory in list({file.run: file.directory for file in work.files}.items())[rank::world]:
        run, into = RunDirectory(directory), f"runs/{number:03d}"
        told = {name: value for name, value in run.manifest.items() if name != "version"}  # of a factory
        told["skills"] = {
            name: {**of, "accepted": of["accepted"] - fewer[number, name]} for name, of in told["skills"].items()
        }
        told["accepted"] = sum(of["accepted"] for of in told["skills"].values())
        work.store.write_json(f"{into}/manifest.json", told)
        for path in run.store.fs.find(run.store.path("feedback")):
            relative = path.removeprefix(f"{run.store.root}/")
            work.store.write(f"{into}/{relative}", run.store.read(relative))


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    written: bytes = sink.getvalue().to_pybytes()
    return written
