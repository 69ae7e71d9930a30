"""Every setting of a run, typed and documented; `--set KEY=VALUE` and the Prefect form reach each of them."""

from tasks.settings.curating import Curating
from tasks.settings.endpoint import Endpoint, json_object
from tasks.settings.evaluating import Evaluating
from tasks.settings.fields import LARGEST_INTEGER, MANY, Address, Group, Text, bare
from tasks.settings.pairs import SettingsError, from_pairs, seen, told
from tasks.settings.reading import Reading
from tasks.settings.running import ALL_STEPS, Running
from tasks.settings.sampling import Sampling
from tasks.settings.settings import ENDPOINT_ONLY, GROUPS, Settings
from tasks.settings.teaching import Teaching
from tasks.settings.tools import Tools
from tasks.settings.verifying import BANDS, Verifying
from tasks.settings.watching import Watching

__all__ = [
    "ALL_STEPS",
    "BANDS",
    "ENDPOINT_ONLY",
    "GROUPS",
    "LARGEST_INTEGER",
    "MANY",
    "Address",
    "Curating",
    "Endpoint",
    "Evaluating",
    "Group",
    "Reading",
    "Running",
    "Sampling",
    "Settings",
    "SettingsError",
    "Teaching",
    "Text",
    "Tools",
    "Verifying",
    "Watching",
    "bare",
    "from_pairs",
    "json_object",
    "seen",
    "told",
]
