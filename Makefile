# Two commands do everything on a fresh machine: `make serve` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
# Exact versions of everything; constraints, so that only what is asked for is installed.
INSTALL := $(BIN)/pip install --quiet --constraint constraints.txt

.PHONY: help install serve test test-container check train data bench bench-quick lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: .venv/dev ## make .venv with what training and development need

serve: .venv/serve ## serve on HOST:PORT (127.0.0.1:8000)
	@exec $(BIN)/namewright serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: .venv/dev ## run every test but those that need a Docker engine
	$(BIN)/pytest -m "not container"

test-container: .venv/dev ## build the image, bring the service up, and test it
	$(BIN)/pytest -m container

check: .venv/dev ## lint, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: .venv/dev ## make the shipped checkpoints from data/names.txt
	$(BIN)/python -m training train bigram --output models/bigram.safetensors
	$(BIN)/python -m training train bigram-net --output models/bigram-net.safetensors
	$(BIN)/python -m training train mlp --output models/mlp.safetensors

data: .venv/dev ## make data/names.txt
	$(BIN)/python -m training prepare

bench: .venv/dev ## compare with every peer (some minutes; needs npm)
	$(BIN)/python -m benchmarks

bench-quick: .venv/dev ## the comparisons in process, under a minute
	$(BIN)/python -m benchmarks --quick

lock: .venv/dev ## write constraints.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --all-extras --no-annotate --no-header \
	    --python-version 3.11 --upgrade --output-file constraints.txt pyproject.toml

clean: ## remove the virtual environment and all caches
	rm -rf .venv build *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/pip:
	$(PYTHON) -m venv .venv

KERNEL := app/engine/_kernel.pyx

.venv/serve: pyproject.toml constraints.txt $(KERNEL) | .venv/bin/pip
	$(INSTALL) --editable .
	@touch $@

.venv/dev: pyproject.toml constraints.txt $(KERNEL) | .venv/bin/pip
	$(INSTALL) --editable '.[dev]'
	@touch .venv/serve $@
