"""Search of the web, and pages of it: off unless set, and only to public addresses."""
