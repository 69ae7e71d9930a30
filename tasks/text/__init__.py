"""Text and what stands in it, whoever wrote it: words, sentences, numbers, units, dates, languages, tables, JSON, HTML."""
