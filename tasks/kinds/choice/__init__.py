"""The kind choice: multiple choice with a mistake behind each wrong option."""
