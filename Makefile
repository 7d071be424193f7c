# Everything lives in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
PYTHONS ?= $(shell .ci/pythons)
JOBS ?= 1
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
INPUTS := pyproject.toml constraints.txt Makefile
FRONTEND := $(shell find otel_xray/console/frontend -path '*/node_modules' -prune -o -type f -print)

.PHONY: help demo test test-all lint bench build collector constraints clean

help:
	@echo "make demo       the traced order application in a browser (ARGS=--once ends by itself)"
	@echo "make test       all tests, with coverage, under $(PYTHON)"
	@echo "make test-all   all tests that depend on it, under every CPython 3.10-3.14 of this machine, JOBS at a time"
	@echo "make lint       formatting, rules, layers, types"
	@echo "make bench      this project beside its peers, as ratios from one run"
	@echo "make build      wheel and source distribution in dist/"
	@echo "make collector  the two collectors that the tests run (needs Go), prints their paths"

demo: $(VENV)/.demo
	$(BIN)/otel-xray demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-all:
	@printf '%s\n' $(PYTHONS) | xargs -P $(JOBS) -I PYTHON .ci/test-under PYTHON $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/interrogate --quiet tests
	$(BIN)/mypy
	$(BIN)/pyright

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks $(ARGS)

build: $(VENV)/.dev
	$(PIP_INSTALL) build
	$(BIN)/python -m build

collector:
	@.ci/collector
	@.ci/collector --full

# The newest versions that fit every supported CPython; names no index.
constraints: $(VENV)/.pip
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal \
		--python-version 3.10 --upgrade --no-emit-index-url --no-annotate --no-header \
		--quiet --output-file constraints.txt

clean:
	rm -rf .venv .venv-3.* dist .coverage* otel_xray/console/static otel_xray/console/frontend/node_modules

# pip itself must know dependency groups (PEP 735), so it comes first.
$(VENV)/.pip:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.demo: $(VENV)/.pip $(INPUTS) $(FRONTEND)
	$(PIP_INSTALL) --editable '.[demo]'
	@touch $@

$(VENV)/.dev: $(VENV)/.pip $(INPUTS) $(FRONTEND)
	$(PIP_INSTALL) --editable '.[all]' --group dev
	@touch $@ $(VENV)/.demo
