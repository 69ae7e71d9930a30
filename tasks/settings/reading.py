"""How documents are found, read and cut."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from tasks.settings.fields import DAY, MANY, Group, Text


class Reading(Group):
    """What of the documents is read, and how it is cut into pieces."""

    chunk_words: int = Field(
        default=700,
        ge=50,
        le=20_000,
        description="A document longer than this is cut, at sentence ends, into pieces of at most this many words.",
    )
    chunk_overlap_words: int = Field(
        default=0, ge=0, le=5_000, description="Words that a piece repeats from the one before."
    )
    chunks_per_document: int = Field(
        default=0, ge=0, le=MANY, description="Pieces drawn from each document; 0 takes all."
    )
    min_words: int = Field(
        default=40, ge=1, le=MANY, description="A document with fewer words is rejected as too short."
    )
    max_document_mb: float = Field(
        default=20.0, gt=0, le=2_000, description="A file, row or line larger than this is rejected unread."
    )
    extraction_seconds: int = Field(
        default=60, ge=1, le=DAY, description="Time limit for extracting the text of one file."
    )
    read_ignored: bool = Field(
        default=False,
        description="Read what folders leave out by default: node_modules, virtual environments, build folders, and what "
        ".gitignore files name.",
    )
    text_column: Text = Field(
        default="text", description="Column of jsonl, parquet and csv documents that holds the text."
    )

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.chunk_overlap_words >= self.chunk_words:
            raise ValueError("chunk_overlap_words must be less than chunk_words")
        return self
