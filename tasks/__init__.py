"""The steps of the pipeline and what they use. Imports go one way: steps, then teacher, tools and checks, then records."""
