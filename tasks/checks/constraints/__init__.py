"""Requirements that an instruction states and a program can check."""
