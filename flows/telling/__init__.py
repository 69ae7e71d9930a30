"""What people see of a run: terminal, log, artifacts and events. Counts, ids and names of files; never what was written."""
