"""Examining students: the bench of rows held out, public tasks, tasks that a judge decides, and what to teach next."""
