"""The kind labelling: texts given labels out of a defined set."""
