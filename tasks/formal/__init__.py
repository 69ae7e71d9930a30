"""Tasks in a form that a program can work on: solvers, models and rules, one module each; pure, without a model or a run."""
