"""The kind conversation: talk over several turns with planned moves."""
