.PHONY: run test check bench lock serve clean

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SKILL ?= reading_comprehension
OUTPUT ?= out/$(SKILL)

run: $(READY)
	$(BIN)/agentinstruct generate examples/documents --skill $(SKILL) --output $(OUTPUT)

test: $(READY)
	$(BIN)/pytest -q

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m benchmarks

serve: $(READY)
	$(BIN)/python -m flows.serve

# Every platform and Python from 3.11 on; uv is needed for this alone.
lock: $(READY)
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra dev pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "agentinstruct needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv .agentinstruct out
