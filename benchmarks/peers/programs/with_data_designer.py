"""data-designer: four text columns, each of which is written from the one before."""

from __future__ import annotations

import os
import sys
import tempfile

os.environ |= {"NEMO_TELEMETRY_ENABLED": "false", "HF_HUB_OFFLINE": "1", "DATA_DESIGNER_HOME": tempfile.mkdtemp()}

import data_designer.config as dd
from data_designer.interface import DataDesigner

address, texts, concurrency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CALLS = 4

if __name__ == "__main__":
    provider = dd.ModelProvider(name="simulator", endpoint=address, provider_type="openai", api_key="none")
    params = dd.ChatCompletionInferenceParams(max_parallel_requests=concurrency, max_tokens=256, timeout=120)
    model = dd.ModelConfig(
        alias="teacher", model="simulated", provider="simulator", inference_parameters=params, skip_health_check=True
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    numbers = dd.UniformSamplerParams(low=0, high=10**9)
    builder.add_column(dd.SamplerColumnConfig(name="text0", sampler_type=dd.SamplerType.UNIFORM, params=numbers))
    for number in range(CALLS):
        words = f"Go on from this: {{{{ text{number} }}}}"
        builder.add_column(dd.LLMTextColumnConfig(name=f"text{number + 1}", prompt=words, model_alias="teacher"))
    designer = DataDesigner(artifact_path=tempfile.mkdtemp(), model_providers=[provider])
    designer.create(builder, num_records=texts)
