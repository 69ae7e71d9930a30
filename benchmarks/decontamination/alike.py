"""Items that share a frame, a quotation, a formula or boilerplate with rows, and these rows: none of them holds the item."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.decontamination.items import VOCABULARY, Drawn, Prose, filled

FRAMES = (
    "You are given a short description of a situation. Read it with care, think step by step, and give your final answer on the "
    "last line after the words Final answer.",
    "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that "
    "appropriately completes the request.",
    "Answer the following question using only what the text says. If the text does not say it, answer that it cannot be known.",
    "Consider the argument below and decide whether its conclusion follows from its premises; answer with valid or invalid and "
    "one sentence of explanation.",
    "Rewrite the following passage for a reader of twelve years, keep every number as it stands, and use no sentence of more "
    "than fifteen words.",
    "Complete the function below so that it does what its documentation says, handle empty input, and return nothing but code.",
    "Which of the following statements is best supported by the passage? Choose exactly one of the options and name its letter.",
    "Solve the problem below. Show each step of the calculation on a line of its own and round the result to two decimals.",
)
QUOTATIONS = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness",
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife",
    "To be, or not to be, that is the question: whether 'tis nobler in the mind to suffer the slings and arrows of fortune",
    "Four score and seven years ago our fathers brought forth on this continent a new nation, conceived in liberty",
    "We hold these truths to be self-evident, that all men are created equal, that they are endowed by their Creator",
    "Happy families are all alike; every unhappy family is unhappy in its own way",
    "The only thing we have to fear is fear itself, nameless, unreasoning, unjustified terror",
    "In the beginning God created the heaven and the earth, and the earth was without form, and void",
)
FORMULAS = (
    r"\[ x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} \]",
    r"\[ \int_{-\infty}^{\infty} e^{-x^2} \, dx = \sqrt{\pi} \]",
    r"\[ \sum_{k=1}^{n} k = \frac{n(n+1)}{2} \]",
    r"\[ P(A \mid B) = \frac{P(B \mid A) \, P(A)}{P(B)} \]",
    r"\[ f(x) = \frac{1}{\sigma\sqrt{2\pi}} e^{-\frac{1}{2}\left(\frac{x-\mu}{\sigma}\right)^2} \]",
    r"\[ \nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t} \]",
)
BOILERPLATE = (
    "import argparse\nimport json\nfrom pathlib import Path\n\n\ndef main() -> None:\n    parser = argparse.ArgumentParser()\n"
    '    parser.add_argument("path", type=Path)\n    args = parser.parse_args()\n',
    "from __future__ import annotations\n\nimport logging\nfrom typing import Any, Dict, List, Optional\n\n"
    "logger = logging.getLogger(__name__)\n\n",
    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\nint main(int argc, char **argv) {\n"
    "    if (argc < 2) {\n        return EXIT_FAILURE;\n    }\n",
    "public class Solution {\n    public static void main(String[] args) {\n        Scanner scanner = new Scanner(System.in);\n"
    "        int n = scanner.nextInt();\n",
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n\ndf = pd.read_csv('data.csv')\n"
    "print(df.head())\n",
    "import unittest\n\n\nclass TestSolution(unittest.TestCase):\n    def setUp(self) -> None:\n"
    "        self.solution = Solution()\n\n",
)


def _framed(shared: str, draw: random.Random, prose: Prose) -> str:
    return f"{shared}\n\n{prose(draw, 2)}"


def _quoting(shared: str, draw: random.Random, prose: Prose) -> str:
    return f'{prose(draw, 2)} As it says there: "{shared}." {prose(draw, 2)}'


def _reckoning(shared: str, draw: random.Random, prose: Prose) -> str:
    return f"{prose(draw, 1)}\n{shared}\n{prose(draw, 1)} {filled('Find the value for {n} {thing} and {m} {adj} ones.', draw)}"


def _coding(shared: str, draw: random.Random, prose: Prose) -> str:
    verb, noun = draw.choice(VOCABULARY["verb"]), draw.choice(VOCABULARY["noun"])
    return f"{shared}    # {prose(draw, 1)}\n    {verb}_{noun}({draw.randint(1, 99)})\n# {prose(draw, 1)}"


ALIKE: dict[str, tuple[Callable[[str, random.Random, Prose], str], tuple[str, ...]]] = {
    "the frame of an instruction": (_framed, FRAMES),
    "a famous quotation": (_quoting, QUOTATIONS),
    "a formula": (_reckoning, FORMULAS),
    "boilerplate of code": (_coding, BOILERPLATE),
}
"""What item and rows share -> who makes a text around it, and all that there is of it."""


def items_alike(draw: random.Random, prose: Prose) -> list[Drawn]:
    """One item around each frame, quotation, formula and boilerplate."""
    return [Drawn(make(shared, draw, prose)) for make, every in ALIKE.values() for shared in every]


def rows_alike(sort: str, number: int, draw: random.Random, prose: Prose) -> list[str]:
    """So many rows around what items of this sort share, each of it as often as the next."""
    make, every = ALIKE[sort]
    return [make(every[place % len(every)], draw, prose) for place in range(number)]
