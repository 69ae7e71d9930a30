"""Exports: what each format holds, and that what reads it does."""
