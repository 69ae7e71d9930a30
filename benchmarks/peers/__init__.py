"""The same load on other systems, each in an environment of its own; `make peers` makes those."""

from benchmarks.measures import print_table
from benchmarks.peers.peers import measures

__all__ = ["main", "measures"]


def main() -> None:
    """Print the figures of those that are installed."""
    print_table(measures())
