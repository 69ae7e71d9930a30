"""report.html: a run as one self-contained page to look at, without network and without a script of anyone else's."""
