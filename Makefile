# Works with make and Python 3.11 or newer with venv; no compiler, no root.
# Every step leaves a stamp in .venv, so it runs once until pyproject.toml changes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip
MODEL  := src/packetclip/model/default
EXAMPLE := example/office.pcap.zst
# numba keeps compiled kernels beside their sources and compiles anew when these change.
KERNELS := $(shell grep -rl njit src --include='*.py')

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types imports fix docs golden bench benchmark model clean

help:  ## what can be made
	@echo "usage: make TARGET"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

demo: $(VENV)/.compiled  ## install what detection needs, then run it on the example capture
	@echo "==> packetclip detect $(EXAMPLE)"
	@$(BIN)/packetclip detect $(EXAMPLE)

install: $(VENV)/.compiled  ## install what detection needs, and compile it

test: lint types imports  ## lint, types, import rules and tests: the same as .ci/run
	@echo "==> tests"
	@$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

lint: $(VENV)/.tests
	@echo "==> lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.tests
	@echo "==> types (the first time takes a minute or two)"
	@$(BIN)/mypy

imports: $(VENV)/.tests
	@echo "==> import rules"
	@$(BIN)/lint-imports

fix: $(VENV)/.tests  ## put the code into the house's shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(VENV)/.tests  ## rebuild docs/cli.md, docs/fields.md and the example in README.md
	@$(BIN)/python docs/generate.py

golden: $(VENV)/.tests  ## rewrite the golden files that tests compare with; read the diff before you commit
	@UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -k golden

bench: $(VENV)/.tests  ## the tables of docs/benchmarks (needs ../shared)
	$(BIN)/python benchmarks/first_light.py

benchmark: $(VENV)/.tests  ## both recipes of the benchmark and their pages (needs ../shared; two hours and more)
	$(BIN)/python benchmarks/benchmark.py

model: $(VENV)/.tests  ## train the default model anew from the recipes (needs ../shared; about 15 minutes)
	$(BIN)/packetclip pretrain recipes/lab.toml
	$(BIN)/packetclip fit recipes/lab-missions.toml
	rm -rf $(MODEL)
	$(BIN)/python -c 'import packetclip; packetclip.load("runs/lab-missions").save("$(MODEL)")'

clean:  ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "packetclip needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	@echo "==> making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.detection: pyproject.toml | $(VENV)/.made
	@echo "==> installing what detection needs (about 300 MB, no torch)"
	@$(PIP) install --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.compiled: $(VENV)/.detection $(KERNELS) $(EXAMPLE)
	@echo "==> compiling the kernels, once"
	@$(BIN)/packetclip warm $(EXAMPLE)
	@touch $@

$(VENV)/.tests: pyproject.toml | $(VENV)/.made
	@echo "==> installing what training and tests need (torch and all)"
	@$(PIP) install --disable-pip-version-check --editable '.[train,benchmark,test]'
	@touch $@
