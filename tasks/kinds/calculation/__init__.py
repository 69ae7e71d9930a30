"""The kind calculation: tasks that rest on a stated calculation."""
