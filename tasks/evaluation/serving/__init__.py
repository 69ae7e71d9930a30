"""Students of this machine behind an OpenAI-compatible endpoint on loopback, for as long as they are examined."""

from tasks.evaluation.serving.served import Served, ServingError, served

__all__ = ["Served", "ServingError", "served"]
