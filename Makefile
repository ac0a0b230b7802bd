# Two commands do everything on a fresh machine: `make serve` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
# makemore's names.txt, for `make figures`.
MAKEMORE ?= names.txt
# Exact versions of everything; constraints, so that only what is asked for is installed.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
BUILD := $(BIN)/uv build --no-create-gitignore
DIST := dist
BUILDING := $(DIST)/building
# One worker per core, but not more than four: each of them loads torch.
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

.PHONY: help install serve test test-all test-container check wheel sdist train report \
    figures data bench bench-quick lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: .venv/dev ## make .venv with what training and development need

serve: .venv/serve ## serve on HOST:PORT (127.0.0.1:8000)
	@exec $(BIN)/namewright serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: .venv/dev ## run the quick tests (four minutes)
	$(PYTEST) -m "not container and not slow"

test-all: .venv/dev ## run every test but those that need a Docker engine (twelve minutes)
	$(PYTEST) -m "not container"

test-container: .venv/dev ## build the image, bring the service up, and test it (needs Docker)
	$(BIN)/pytest -m container

check: .venv/dev ## lint, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# abi3 is not possible: the limited API lacks PyUnicode_New, which the kernel makes names with.
wheel: $(BIN)/uv ## build a wheel for this Python in dist/; fails where the kernel does not compile
	@echo "Building the wheel from an sdist: half a minute"
	@rm -rf $(BUILDING) && mkdir -p $(BUILDING)
	@$(BUILD) --python $(BIN)/python --out-dir $(BUILDING) >$(BUILDING)/log 2>&1 || \
	    { cat $(BUILDING)/log; exit 1; } >&2
	@$(BIN)/python -m zipfile --list $(BUILDING)/*.whl | grep '_kernel\..*\(so\|pyd\) ' >/dev/null || \
	    { sed -n '/^running build_ext/,/^installing to/p' $(BUILDING)/log; \
	      echo "error: the kernel did not compile, so there is no wheel"; exit 1; } >&2
	@mv $(BUILDING)/*.whl $(DIST)/ && rm -r $(BUILDING) && ls $(DIST)/*.whl

sdist: $(BIN)/uv ## build an sdist in dist/; it installs without a compiler too
	@$(BUILD) --quiet --sdist --out-dir $(DIST) && ls $(DIST)/*.tar.gz

train: .venv/dev ## make the shipped checkpoints from data/names.txt (ten minutes)
	$(BIN)/python -m training train bigram --force --output models/bigram.safetensors
	$(BIN)/python -m training train bigram-net --force --output models/bigram-net.safetensors
	$(BIN)/python -m training train mlp --force --output models/mlp.safetensors
	$(BIN)/python -m training train ngram --force --output models/ngram.safetensors
	mkdir -p teachers
	$(BIN)/python -m training train gru --output teachers/gru.safetensors --resume
	$(BIN)/python -m training compile teachers/gru.safetensors --states 80000 --output models/gru.safetensors

report: .venv/dev ## draw what the shipped models have learned, in report/
	$(BIN)/python -m training report models/*.safetensors $(wildcard teachers/*.safetensors) --output report

figures: .venv/dev ## train and compile the best network on makemore's names, in figures/ (a quarter of an hour)
	mkdir -p figures
	$(BIN)/python -m training train ngram --data $(MAKEMORE) --split lecture --force --output figures/ngram.safetensors
	for split in lecture makemore; do \
	    $(BIN)/python -m training train gru --data $(MAKEMORE) --split $$split \
	        --output figures/gru-$$split.safetensors --resume && \
	    $(BIN)/python -m training compile figures/gru-$$split.safetensors --data $(MAKEMORE) \
	        --states 200000 --output figures/gru-$$split-200k.safetensors || exit 1; \
	done
	$(BIN)/python -m training compile figures/gru-lecture.safetensors --data $(MAKEMORE) \
	    --states 20000 --output figures/gru-lecture-20k.safetensors

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
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/pip:
	@echo "Making a virtual environment in .venv: 5 seconds"
	@$(PYTHON) -m venv .venv

$(BIN)/uv: | .venv/bin/pip
	@$(INSTALL) uv

KERNEL := $(wildcard namewright/*.pyx namewright/*.pxi namewright/*.pxd)

.venv/serve: pyproject.toml constraints.txt $(KERNEL) | .venv/bin/pip
	@echo "Installing the service and compiling its kernel: about a minute"
	@$(INSTALL) --editable '.[service]'
	@touch $@

.venv/dev: pyproject.toml constraints.txt $(KERNEL) | .venv/bin/pip
	@echo "Installing torch, the largest package: a minute or two"
	@$(INSTALL) torch
	@echo "Installing the other packages and compiling the kernel: one to two minutes"
	@$(INSTALL) --editable '.[dev]'
	@touch .venv/serve $@
	@echo "Installed in .venv"
