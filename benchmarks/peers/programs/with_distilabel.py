"""distilabel: four TextGeneration steps in a pipeline, 16 inputs a batch each, so that 64 calls can be under way."""

from __future__ import annotations

import itertools
import sys

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration

address, texts, concurrency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CALLS = 4


def step(number: int) -> TextGeneration:
    llm = OpenAILLM(model="simulated", base_url=address, api_key="none", generation_kwargs={"max_new_tokens": 256})
    before, after = f"text{number}", f"text{number + 1}"
    return TextGeneration(
        name=f"call_{number}",
        llm=llm,
        input_mappings={"instruction": before},
        output_mappings={"generation": after, "model_name": f"model{number}"},
        input_batch_size=concurrency // CALLS,
    )


if __name__ == "__main__":
    with Pipeline(name="load") as pipeline:
        load = LoadDataFromDicts(
            data=[{"text0": f"Text {number}. " * 40} for number in range(texts)], batch_size=concurrency // CALLS
        )
        steps = [step(number) for number in range(CALLS)]
        load.connect(steps[0])
        for one, other in itertools.pairwise(steps):
            one.connect(other)
    pipeline.run(use_cache=False)
