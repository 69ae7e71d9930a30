"""All groups of settings as one: what the code reads, and what `--set` names without its group."""

from __future__ import annotations

from typing import Self

from tasks.settings.endpoint import Endpoint
from tasks.settings.fields import Group
from tasks.settings.reading import Reading
from tasks.settings.running import Running
from tasks.settings.sampling import Sampling
from tasks.settings.tools import Tools
from tasks.settings.verifying import Verifying

GROUPS: tuple[type[Group], ...] = (Reading, Sampling, Tools, Verifying, Endpoint, Running)
"""The groups in the order of a form."""


class Settings(Running, Endpoint, Verifying, Tools, Sampling, Reading):
    """How a run reads, samples and asks. All of it goes into the key of the shards it decides, save `ENDPOINT_ONLY`."""

    @classmethod
    def of(cls, *groups: Group) -> Self:
        """The settings of these groups; what no group holds is the default."""
        return cls.model_validate({name: value for group in groups for name, value in group})

    def groups(self) -> dict[str, Group]:
        """Each group by its name in a form."""
        values = dict(self)
        return {
            group.__name__.lower(): group.model_validate({name: values[name] for name in group.model_fields})
            for group in GROUPS
        }


ENDPOINT_ONLY = {
    "api_key_variable",
    "structured_output",
    "tool_protocol",
    "judge_key_variable",
    "student_key_variable",
    "web_search_key_variable",
    "request_seconds",
    "patience_seconds",
    "price_table",
    "request_headers",
    *Running.model_fields,
}
"""Settings that leave the shards' keys alone."""
