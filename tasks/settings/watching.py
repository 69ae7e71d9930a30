"""From where on the rows of a version are too much alike to be published."""

from __future__ import annotations

from pydantic import Field

from tasks.settings.fields import MANY, Group, Text


class Watching(Group):
    """Bounds of sameness; a version that breaks one is made, but not published."""

    reference: Text = Field(
        "", description="A file or folder of text by people, to which the answers' distance is told."
    )
    least_rows: int = Field(200, ge=2, le=MANY, description="Rows below which nothing is said.")
    most_openings: float = Field(
        0.25, gt=0, le=1, description="Share of answers that may begin with the same four words."
    )
    most_tasks: float = Field(
        0.3, gt=0, le=1, description="Share of tasks that may ask the same: one verb, one object."
    )
    least_packed: float = Field(0.12, ge=0, le=1, description="Least size of packed answers, as a share of their size.")
    most_fall: float = Field(0.05, ge=0, le=1, description="How far entropy may fall from one version to the next.")
    most_packed_fall: float = Field(0.15, ge=0, le=1, description="The same of the packed size.")
    most_distance: float = Field(0.6, ge=0, le=1, description="Largest distance to the reference.")
