"""Question templates, which several kinds of task use: how they are filled, solved, edited and answered."""
