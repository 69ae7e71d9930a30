"""Tasks of lm-eval for tests, with a few items of our own: one to be reckoned, one with options, one by log-likelihood."""

from __future__ import annotations

import json
from pathlib import Path

APPLES = [
    {"question": f"Ann has {have} apples and buys {more} more. How many has she?", "answer": str(have + more)}
    for have, more in [(3, 4), (10, 5), (7, 7), (2, 9), (12, 8), (1, 1)]
]
OPTIONS = [
    {"question": "Which is an animal?", "options": ["fox", "stone", "spoon"], "gold": "A"},
    {"question": "Which is a colour?", "options": ["seven", "green", "walk"], "gold": "B"},
    {"question": "Which is a number?", "options": ["tree", "red", "nine"], "gold": "C"},
    {"question": "Which can swim?", "options": ["brick", "trout", "chair"], "gold": "B"},
]
_COMMON = """
dataset_path: json
dataset_kwargs:
  data_files:
    test: {file}
test_split: test
num_fewshot: 0
metadata:
  version: 1.5
"""
_APPLES = """
task: apples_counted
output_type: generate_until
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_target: "{{answer}}"
generation_kwargs:
  until: ["Question:", "\\n\\n"]
  max_gen_toks: 24
  temperature: 0.0
filter_list:
  - name: last-number
    filter:
      - {function: regex, group_select: -1, regex_pattern: "(-?[0-9]+)"}
      - {function: take_first}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
"""
_OPTIONS = """
task: options_chosen
output_type: generate_until
doc_to_text: "{{question}}\\nA. {{options[0]}}\\nB. {{options[1]}}\\nC. {{options[2]}}\\nAnswer with the letter alone."
doc_to_target: "{{gold}}"
generation_kwargs:
  until: ["\\n"]
  max_gen_toks: 12
filter_list:
  - name: letter
    filter:
      - {function: regex, regex_pattern: "\\\\b([ABC])\\\\b"}
      - {function: take_first}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
"""
_LIKELY = """
task: likely
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{options}}"
doc_to_target: "{{['A', 'B', 'C'].index(gold)}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
"""


def local_tasks(folder: Path) -> Path:
    """The folder with the tasks' files in it."""
    folder.mkdir(parents=True)
    for name, task, rows in (
        ("apples", _APPLES, APPLES),
        ("options", _OPTIONS, OPTIONS),
        ("likely", _LIKELY, OPTIONS),
    ):
        data = folder / f"{name}.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (folder / f"{name}.yaml").write_text(task.lstrip() + _COMMON.lstrip().format(file=data), encoding="utf-8")
    return folder
