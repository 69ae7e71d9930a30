"""How the offline author asks for code, a trace or a judgement; the responder recognises the same sentences."""

from __future__ import annotations

from tasks.offline.wording import Wording

REQUESTS = {
    "tests": Wording("Write this Python function.", "A Python function is wanted.", "Implement the following in Python."),
    "complete": Wording("Complete the file so that the function is there.", "Fill the gap in the file and give "
    "all of it back."),
    "repair": Wording(
        "The function does not keep its promise. Mend it and give back the whole code.",
        "There is a mistake in the code. Return it without the mistake, as a whole.",
    ),
    "same_behaviour": Wording(
        "Rewrite the function in fewer statements; names and results stay.",
        "Make the function shorter. Callers must not notice any difference.",
    ),
    "same_code": Wording(
        "Give the function a docstring and change nothing else.",
        "Add a docstring for callers; the statements stay as they are.",
    ),
    "test_suite": Wording(
        "Write assertions that test the function. They are run after its code in the same file and print nothing.",
        "A list of assertions is wanted that right code passes and wrong code fails, run behind the function.",
    ),
    "review": Wording("Review the function against its promise.", "Does the function keep its promise? Write a "
    "short review."),
    "design": Wording("Design the interface of this function for two callers.", "Propose signature, results and "
    "errors of this function."),
    "explain": Wording(
        "Explain the function to somebody who wants to call it.",
        "Say what a caller of the function needs to know, with one example.",
    ),
    "output": Wording("What does the script print?", "Follow the script and write down all that it prints."),
    "value": Wording("Which number does the script print?", "The script ends with one printed number. Which is it?"),
    "which": Wording("Which of these does the script print?", "One of these is printed by the script. Which one?"),
    "error": Wording("The script stops with an exception. Which one is it?", "With which exception does the script end?"),
}  # fmt: skip
CLAIM = Wording(
    "It is claimed that the script prints {value} and nothing else.", "Claim: what the script prints is {value} alone."
)
ABOVE = Wording(
    "Write a query for the columns name and amount of all rows whose amount is greater than {limit}, sorted by name.",
    "Which entries have an amount above {limit}? Query their name and amount, in the order of their names.",
)
TOTALS = Wording(
    "Write a query for the number of rows whose amount is greater than {limit} and for the sum of their amounts, in one row.",
    "Query, in one row, how many entries have an amount above {limit} and what these amounts add up to.",
)
SUM = Wording(
    "Each line of the input holds a word and a whole number. Write a Bash script that prints the sum of all "
    "numbers greater than {limit}.",
    "A Bash script is wanted that reads lines with a word and a number and prints what the numbers above {limit} add up to.",
)
TRANSLATE = Wording(
    "Write the program in Python; it must print the same lines.",
    "Carry the program over to Python. What it prints stays the same, line by line.",
)
