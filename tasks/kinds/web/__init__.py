"""The kind web: tasks done on a page that a program runs."""
