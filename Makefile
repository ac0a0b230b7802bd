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
# How many mutants of each shipped checkpoint `make fuzz` reads.
MUTANTS ?= 1000000
AARCH64 := build/aarch64
LIBRARY := $(shell find namewright -name '*.py' -o -name '*.py[ix]' -o -name '*.pxd')
SANITIZED := build/sanitized
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# A worker more than cores (`tests/conftest.py`), with one thread each; at most four, as each loads torch.
# Each of them, and each process that they start, finds modules compiled, whatever the environment says.
PYTEST := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

.PHONY: help install serve test test-all test-aarch64 test-page lighthouse vendor test-container test-stack test-resilience soak check wheel sdist train teachers report \
    figures data docs bench bench-quick lock lock-image image sbom fuzz sanitize clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: .venv/dev ## make .venv with what training and development need

GUIDE := $(if $(wildcard build/site),NAMEWRIGHT_GUIDE_DIR=$${NAMEWRIGHT_GUIDE_DIR-build/site})

serve: .venv/serve ## serve on HOST:PORT (127.0.0.1:8000), with the guide if `make docs` has built it
	@$(GUIDE) exec $(BIN)/namewright serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: .venv/dev ## run the quick tests (four minutes)
	$(PYTEST) -m "not browser and not container and not slow and not resilience and not aarch64"

test-all: .venv/dev ## run every test but those that have a target of their own (twelve minutes)
	$(PYTEST) -m "not browser and not container and not resilience and not aarch64"

test-page: .venv/dev ## open the page in a browser (a minute; needs chromium), with pictures in build/screenshots
	$(BIN)/pytest -m browser tests/page

LIGHTHOUSE := lighthouse@13.5.0

lighthouse: .venv/dev ## what Lighthouse finds of the page: at least 95 of each (a minute; needs chromium and npx)
	$(BIN)/python -m tests.page.lighthouse $(LIGHTHOUSE)

vendor: .venv/dev ## fetch the libraries of the page anew, as app/static/vendor/README.md has them (needs npm)
	$(BIN)/python -m tests.page.vendor $(if $(SUMS),--sums)

test-container: .venv/dev ## build the image, bring the service up, and test it (needs Docker)
	$(BIN)/pytest -m "container and not stack"

test-stack: .venv/dev ## restart and kill replicas of a stack under load (needs Docker; on a machine with nothing else to do)
	$(BIN)/pytest -m stack

image: ## build the image `namewright` (needs Docker)
	docker build --tag namewright .

sbom: ## write what is in the image as CycloneDX, in dist/ (needs Docker)
	docker build --target sbom --output type=local,dest=$(DIST) .
	@ls $(DIST)/namewright.cdx.json

# An attack is mostly waiting, so two run at a time.
test-resilience: .venv/dev ## attack a running service (seven minutes; Linux, on a machine with nothing else to do)
	$(BIN)/pytest tests/resilience -m "not alone" --numprocesses 2 --dist worksteal
	$(BIN)/pytest tests/resilience -m alone

soak: .venv/dev ## the same for longer: a million requests (half an hour)
	SOAK=1 $(BIN)/pytest tests/resilience

fuzz: .venv/dev ## read MUTANTS mutants of each checkpoint, and send 10,000 requests (an hour; Linux)
	@$(INSTALL) atheris
	$(BIN)/python -m tests.fuzz --count $(MUTANTS) --found fuzz/found
	$(BIN)/python -m tests.fuzz.guided fuzz/corpus -runs=$(MUTANTS)
	$(BIN)/pytest -m "fuzz and slow"

sanitize: .venv/dev ## test a kernel built with AddressSanitizer and UBSan (three minutes; gcc on Linux)
	@echo "Building the kernel with sanitizers in $(SANITIZED): about a minute"
	@rm -rf $(SANITIZED) && mkdir -p $(SANITIZED)/source
	@cp -r pyproject.toml README.md LICENSE namewright app models $(SANITIZED)/source
	@CC=gcc CFLAGS="$(SANITIZERS)" $(INSTALL) --no-deps --target $(SANITIZED)/site $(SANITIZED)/source
	ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc \
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" \
	    $(BIN)/python -m pytest -p tests.fuzz.sanitized --sanitized $(SANITIZED)/site \
	    -o pythonpath="$(SANITIZED)/site ." tests/namewright/test_kernel.py \
	    tests/namewright/test_reference.py tests/test_golden.py tests/fuzz/test_checkpoints.py

# By itself the compiler may join a multiplication and an addition, which rounds once rather than
# twice: so what the build says against that is tested too.
$(AARCH64)/library: pyproject.toml constraints.txt $(LIBRARY) | .venv/bin/pip
	tests/aarch64/prepare $(AARCH64)
	@echo "Compiling the kernel for 64-bit ARM in $(AARCH64): about a minute"
	@rm -rf $@ $(AARCH64)/source && mkdir -p $(AARCH64)/source
	@cp -r pyproject.toml README.md LICENSE namewright app models $(AARCH64)/source
	@find $(AARCH64)/source/namewright \( -name '*.so' -o -name '*.c' \) -delete
	@CC=$(CURDIR)/$(AARCH64)/cc LDSHARED=$(CURDIR)/$(AARCH64)/cc CFLAGS=-ffp-contract=fast \
	    SETUPTOOLS_EXT_SUFFIX=.so $(INSTALL) --no-deps --target $@ $(AARCH64)/source anyascii typing-extensions
	@rm -r $(AARCH64)/source

test-aarch64: .venv/dev $(AARCH64)/library ## make names on emulated 64-bit ARM too: the same (six minutes; root on Debian)
	$(BIN)/pytest -m aarch64

check: .venv/dev ## lint, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# One wheel per version of Python, not abi3: with the limited API sampling took 5 to 8 % longer, and
# scoring 7 to 28 %.
wheel: $(BIN)/uv ## build a wheel for this Python in dist/; fails where the kernel does not compile
	@echo "Building the wheel from an sdist: half a minute"
	@rm -rf $(BUILDING) && mkdir -p $(BUILDING)
	@$(BUILD) --python $(BIN)/python --out-dir $(BUILDING) >$(BUILDING)/log 2>&1 || \
	    { cat $(BUILDING)/log; exit 1; } >&2
	@compiled=$$($(BIN)/python -m zipfile --list $(BUILDING)/*.whl | grep -c '\.\(so\|pyd\) '); \
	    [ "$$compiled" -eq $(words $(wildcard namewright/*.pyx)) ] || \
	    { sed -n '/^running build_ext/,/^installing to/p' $(BUILDING)/log; \
	      echo "error: the kernel did not compile, so there is no wheel"; exit 1; } >&2
	@mv $(BUILDING)/*.whl $(DIST)/ && rm -r $(BUILDING) && ls $(DIST)/*.whl

sdist: $(BIN)/uv ## build an sdist in dist/; it installs without a compiler too
	@$(BUILD) --quiet --sdist --out-dir $(DIST) && ls $(DIST)/*.tar.gz

# One thread for each training, and as many of them at a time as there are cores: which takes less
# time than all cores for one. What is there already is not trained again.
TRAIN := OMP_NUM_THREADS=1 $(BIN)/python -m training train
COMPILE := $(BIN)/python -m training compile
CONTRAST := $(BIN)/python -m training contrast
NAMES_TEACHERS := $(foreach seed,0 1 2 3,teachers/names-lstm-$(seed).safetensors)
WORLD_TEACHERS := $(foreach seed,0 1,teachers/world-lstm-$(seed).safetensors)
LIST_TEACHERS := $(foreach list,girls boys surnames,teachers/$(list)-lstm-0.safetensors)
TEACHERS := $(NAMES_TEACHERS) $(WORLD_TEACHERS) $(LIST_TEACHERS) \
    $(foreach list,names girls boys surnames world,teachers/$(list)-ngram.safetensors)

# Names of girls and boys count by how many have them, and each model is without the names that the
# other finds likelier: so that the two tell the lists apart.
teachers/girls-% teachers/boys-%: WEIGHTS := --weights log

teachers/%-ngram.safetensors: data/%.txt
	$(TRAIN) ngram --data $< $(WEIGHTS) --output $@
$(NAMES_TEACHERS): teachers/names-lstm-%.safetensors: data/names.txt
	$(TRAIN) lstm --data $< --seed $* --output $@ --resume
$(WORLD_TEACHERS): teachers/world-lstm-%.safetensors: data/world.txt
	$(TRAIN) lstm --data $< --seed $* --steps 6000 --output $@ --resume
$(LIST_TEACHERS): teachers/%-lstm-0.safetensors: data/%.txt
	$(TRAIN) lstm --data $< $(WEIGHTS) --steps 3000 --output $@ --resume

teachers: .venv/dev ## train the networks that the shipped models are compiled from (an hour and a half)
	@mkdir -p $@
	@$(MAKE) --no-print-directory --jobs $$(nproc) $(TEACHERS)

train: teachers ## make the shipped checkpoints from data/; goes on where it was interrupted
	$(TRAIN) bigram --force --output models/bigram.safetensors
	$(TRAIN) bigram-net --force --output models/bigram-net.safetensors
	$(TRAIN) mlp --force --output models/mlp.safetensors
	cp teachers/names-ngram.safetensors models/ngram.safetensors
	$(COMPILE) $(NAMES_TEACHERS) teachers/names-ngram.safetensors --states 200000 --output models/lstm.safetensors
	for list in girls boys surnames; do \
	    $(COMPILE) teachers/$$list-lstm-0.safetensors teachers/$$list-ngram.safetensors \
	        --data data/$$list.txt --states 50000 --output teachers/$$list.safetensors || exit 1; \
	done
	mv teachers/surnames.safetensors models/surnames.safetensors
	$(CONTRAST) teachers/girls.safetensors teachers/boys.safetensors --data data/girls.txt \
	    --output models/girls.safetensors
	$(CONTRAST) teachers/boys.safetensors teachers/girls.safetensors --data data/boys.txt \
	    --output models/boys.safetensors
	$(COMPILE) $(WORLD_TEACHERS) teachers/world-ngram.safetensors --data data/world.txt \
	    --states 150000 --output models/world.safetensors

report: .venv/dev ## draw what the shipped models have learned, in report/
	$(BIN)/python -m training report models/*.safetensors $(wildcard teachers/*.safetensors) --output report

FIGURES_TEACHERS := $(foreach split,lecture makemore,$(foreach seed,0 1 2,figures/lstm-$(split)-$(seed).safetensors))

$(FIGURES_TEACHERS):
	$(TRAIN) lstm --data $(MAKEMORE) --split $(word 2,$(subst -, ,$(@F))) \
	    --seed $(basename $(word 3,$(subst -, ,$(@F)))) --steps 3000 --output $@ --resume

figures: .venv/dev ## train and compile the best networks on makemore's names, in figures/ (half an hour)
	@mkdir -p $@
	@$(MAKE) --no-print-directory --jobs $$(nproc) $(FIGURES_TEACHERS)
	for split in lecture makemore; do \
	    $(TRAIN) ngram --data $(MAKEMORE) --split $$split --force --output figures/ngram-$$split.safetensors && \
	    $(COMPILE) $$(ls figures/lstm-$$split-?.safetensors) figures/ngram-$$split.safetensors \
	        --data $(MAKEMORE) --states 200000 --output figures/lstm-$$split-200k.safetensors || exit 1; \
	done

data: .venv/dev ## make the lists in data/
	$(BIN)/python -m training prepare

docs: .venv/dev ## build the guide, a site, in build/site; a warning is an error
	$(BIN)/python -m guide

# Servers find their modules compiled at each start, whatever the environment says.
BENCH := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m benchmarks

bench: .venv/dev ## compare with every peer (some minutes; needs npm)
	$(BENCH)

bench-quick: .venv/dev ## the comparisons in process, under a minute
	$(BENCH) --quick

lock: .venv/dev ## write constraints.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --all-extras --no-annotate --no-header \
	    --python-version 3.11 --upgrade --output-file constraints.txt pyproject.toml
	@$(MAKE) --no-print-directory lock-image

HASHED := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
    --python-version 3.13
BUILD_REQUIRES := import tomllib; \
    print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

lock-image: $(BIN)/uv ## write deploy/lock/ anew from pyproject.toml and constraints.txt, with hashes
	$(HASHED) --extra service --constraints constraints.txt \
	    --output-file deploy/lock/service.txt pyproject.toml
	$(HASHED) --extra service --extra docs --constraints constraints.txt \
	    --output-file deploy/lock/guide.txt pyproject.toml
	$(BIN)/python -c '$(BUILD_REQUIRES)' | $(HASHED) --output-file deploy/lock/build.txt -
	echo cyclonedx-bom | $(HASHED) --output-file deploy/lock/sbom.txt -

clean: ## remove the virtual environment and all caches
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/pip:
	@echo "Making a virtual environment in .venv: 5 seconds"
	@$(PYTHON) -m venv .venv

$(BIN)/uv: | .venv/bin/pip
	@$(INSTALL) uv

KERNEL := $(wildcard namewright/*.pyx namewright/*.pxd)

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
