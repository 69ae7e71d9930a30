"""Word lists of the offline teacher: exchanges that leave a sentence standing."""

SYNONYMS: dict[str, str] = {
    "because": "since", "although": "though", "often": "frequently", "usually": "generally", "many": "numerous",
    "large": "sizeable", "small": "little", "whole": "entire", "until": "till", "while": "whilst", "but": "yet",
    "however": "nevertheless", "therefore": "hence", "also": "likewise", "must": "has to", "quickly": "rapidly",
    "nearly": "almost", "several": "various", "difficult": "hard", "important": "weighty", "enough":
    "sufficient", "about": "roughly", "need": "require", "needs": "requires", "shows": "reveals", "begin":
    "start", "begins": "starts", "ends": "finishes", "only": "merely", "every": "each", "might": "could",
    "upon": "on", "allow": "permit", "if": "provided that",
}  # fmt: skip
GERMAN: dict[str, str] = {
    "and": "und", "or": "oder", "water": "Wasser", "year": "Jahr", "years": "Jahre", "day": "Tag", "days":
    "Tage", "not": "nicht", "with": "mit", "work": "Arbeit", "people": "Leute", "house": "Haus", "sea": "Meer",
    "hour": "Stunde", "also": "auch", "but": "aber", "if": "wenn", "because": "weil", "three": "drei", "two":
    "zwei", "four": "vier",
}  # fmt: skip
FRENCH: dict[str, str] = {
    "and": "et", "or": "ou", "water": "eau", "year": "an", "years": "ans", "day": "jour", "days": "jours",
    "with": "avec", "without": "sans", "work": "travail", "people": "gens", "sea": "mer", "hour": "heure",
    "also": "aussi", "but": "mais", "if": "si", "because": "parce que", "three": "trois", "two": "deux", "four":
    "quatre", "under": "sous",
}  # fmt: skip
VAGUE: tuple[str, ...] = ("[withheld]", "[redacted]", "[not disclosed]", "[masked]")
OPENINGS: tuple[str, ...] = ("Note that", "It is said that", "Bear in mind that", "As reported,")
CLOSES: dict[str, tuple[str, ...]] = {
    "sentiment": ("All of this is cause for quiet satisfaction.", "There is much here to be glad about."),
    "content": ("With kind regards to all who read this.", "So much for the facts, told from where I stand."),
    "other": ("This ends the account.", "Nothing more was recorded."),
}
EMOJIS: tuple[str, ...] = ("🌊", "📌", "✨", "🔎", "🌱")
