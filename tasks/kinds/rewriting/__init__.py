"""The kind rewriting: texts changed or written to stated requirements."""
