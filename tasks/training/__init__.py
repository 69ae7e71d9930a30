"""Teaching a student: rows to train on, how it is trained, and what it has learnt."""
