"""What travels: the one record of the pipeline with its id and lineage, shards of records on disk, deterministic draws."""

from tasks.records.record import (
    Json,
    Record,
    Reject,
    Rejected,
    Source,
    derive,
    digest,
    identified,
    record_from_json,
    reject_from_json,
    rng,
    to_json,
)

__all__ = [
    "Json",
    "Record",
    "Reject",
    "Rejected",
    "Source",
    "derive",
    "digest",
    "identified",
    "record_from_json",
    "reject_from_json",
    "rng",
    "to_json",
]
