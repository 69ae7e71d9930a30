"""What an offline user says in a conversation: written by the offline user, read by the offline responder."""

from __future__ import annotations

from tasks.offline.wording import Wording

OPENING = Wording(
    "I have to tell others about {topic}. Which sentence of my notes says most about it?",
    "People are going to ask me about {topic}. Which line of my notes should I learn first?",
    "My subject is {topic}, and I have notes on it. Which of their sentences bears on it most?",
    "Of all that my notes say on {topic}, which sentence matters most?",
)
FACT = Wording("My {about} is {value}.", "The {about} for this is {value}.")
OWN = (
    ("speaking time", ("{n} minutes", "{n} seconds")),
    ("number of listeners", ("{n} people",)),
    ("room number", ("B {n}", "{n}")),
    ("travel budget", ("{n} euros", "{n} crowns")),
    ("number of pages", ("{n} pages",)),
    ("day of the talk", ("{m} March", "{m} October", "{m} June")),
)
"""Particulars that a speaker may have, with the forms of their values."""
CORRECTED = Wording(
    "I got the {about} wrong: it is {meant} and not {said}.",
    "Wrong number for the {about}, sorry: {meant}, not {said}.",
)
REMEMBER = Wording("What did I say my {about} was?", "Remind me: which {about} did I give you?")
RECAP = Wording(
    "Where do we stand, with everything I told you about my case?", "Take stock for me, my own case included."
)
CLAIM = Wording("But “{claim}” is true, I know it.", "Surely it is so that “{claim}”")
DEMANDS = {
    "max_words": Wording("From now on, no answer of more than {n} words.", "Keep each answer to {n} words from here on."),
    "max_sentences": Wording("From now on, no answer of more than {n} sentences."),
    "sentence_max_words": Wording("From now on, no sentence of more than {n} words."),
    "plain_text": Wording("From now on plain text, no Markdown."),
    "exclude_punctuation": Wording("No exclamation marks from now on, and say something more on it."),
    "bullet_count": Wording("Give me the main points as exactly {n} bullet points."),
    "numbered": Wording("Give me the main points as a numbered list of {n} items or more."),
    "sentence_count": Wording("Put all of it into exactly {n} sentences."),
    "paragraphs": Wording("Set the whole matter out in {n} paragraphs, with a blank line between them."),
    "language": Wording("This answer in {word}, please."),
}  # fmt: skip
"""Kind of constraint -> how it is demanded."""
MOVES = {
    "follow_up": Wording("And what else is there on it?", "What should I add to that?"),
    "deeper_why": Wording("What stands behind that?", "Why should that matter?"),
    "ask_example": Wording("Do you have a case of that?", "Show me one instance."),
    "ask_opinion": Wording("Which line would you put on a poster?", "What would you stress yourself?"),
    "simplification": Wording("Too much at once; is there a shorter line?", "Something shorter, for children?"),
    "own_case": Wording("With the {about} at {value}, what do I add?", "{value} for the {about}: what goes with that?"),
    "check_understanding": Wording("So it all hangs on that one line, right?", "So I can leave the rest out, yes?"),
    "what_if": Wording("And if they know that line already?", "Suppose that line is taken, what then?"),
    "disagreement": Wording("I would not have picked that one; another?", "That line never worked for me. Another?"),
    "next_step": Wording("What do I say after that?", "What comes next?"),
    "unit_change": Wording("The {about} is {value}; what would it be in halves?", "{value} of {about}: how many halves?"),
    "topic_shift": Wording("Something else: how long are my notes?", "By the way, how much is there in my notes?"),
    "topic_return": Wording("Back to it then: what more?", "And the other thing, go on?"),
    "in_role": Wording("I tell them just that. And when they ask for more?", "Good, said so. Their next question?"),
    "in_role_yield": Wording("Fine, I leave that line to them. Which one is mine?", "They may have it; what do I get?"),
    "step_out": Wording("Stop for a moment: what did I leave out?", "Out of my part for once: what was missing?"),
    "try_step": Wording("I would go on from that line; is there one beside it?", "So I take that line. Which with it?"),
    "try_wrong_step": Wording("So one line is all there is to it?", "Then the rest says the same again?"),
    "stuck": Wording("I am stuck; one more line as a hint?", "No idea how to go on. A further hint?"),
    "ask_solution": Wording("Tell me the rest of it now.", "I give up: what does it come to?"),
    "constraint_added": Wording("And go on."),
}  # fmt: skip
"""Move without data that a program checks -> how it is made."""
