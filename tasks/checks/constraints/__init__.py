"""Requirements that an instruction states and a program can check: one table, a row for each kind.

To add one, write its functions and its row in the module of its theme. Authors are told of it, its constraints are read,
looked at for soundness and searched for in the instruction, and answers are held against it, all from that row.
"""

from tasks.checks.constraints.amounts import AMOUNTS
from tasks.checks.constraints.letter_case import CASES
from tasks.checks.constraints.marks import MARKS
from tasks.checks.constraints.positions import POSITIONS
from tasks.checks.constraints.requirement import Requirement
from tasks.checks.constraints.shapes import SHAPES
from tasks.checks.constraints.words import WORDS

REQUIREMENTS: dict[str, Requirement] = {
    row.name: row for row in (*AMOUNTS, *CASES, *POSITIONS, *WORDS, *MARKS, *SHAPES)
}
"""Name -> row, in the order in which authors see the names."""

__all__ = ["REQUIREMENTS", "Requirement"]
