# Everything that one types in this repository. Each target makes what it needs, in `.venv`.
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
# the first Python that is new enough and can make environments; `make PYTHON=/path/to/python` chooses another
CANDIDATES := python3.13 python3.12 python3.11 python3.10 python3
FITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))
PYTHON ?= $(shell for python in $(CANDIDATES); do $$python -c '$(FITS)' 2>/dev/null && echo $$python && break; done)

.PHONY: demo test random lint docs bench chaos programs clean help

demo: .venv/.installed ## a local Label Studio with the quickstart in it, and where to click
	@$(BIN)/lsform demo

test: lint programs ## all that CI asks for: lint, then the tests (some start a local Label Studio)
	@$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

# program:Debian package
PROGRAMS := chromium:chromium redis-server:redis-server pg_createcluster:postgresql kubectl:kubernetes-client npm:npm

programs: ## what some tests need beside Python: installed if we are root on Debian, else these tests are skipped
	@missing() { for one in $(PROGRAMS); do command -v $${one%%:*} >/dev/null || echo $${one##*:}; done; }; \
	packages=$$(missing | tr '\n' ' '); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -n "$$packages" ]; then \
		echo "installing $$packages" >&2; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y $$packages; \
	fi >/dev/null; \
	if [ "$$(id -u)" = 0 ] && ! command -v azurite >/dev/null; then npm install --silent --global azurite; fi >/dev/null; \
	lacking=$$(missing | tr '\n' ' ')$$(command -v azurite >/dev/null || echo azurite); \
	[ -z "$$lacking" ] || echo "tests that need one of these are skipped: $$lacking" >&2

random: .venv/.installed programs ## hundreds of random stacks on a local Label Studio: takes long
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q tests/live/test_random_stacks.py

lint: .venv/.installed ## style, types, and who may import whom
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/ruff format --quiet --check . || { echo 'hint: `$(BIN)/ruff format .`' >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports) || { echo "$$said"; exit 1; }

docs: .venv/.installed ## the documentation as a site, in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file deploy/docs/mkdocs.yml
	@echo 'to see it: `$(BIN)/python -m http.server --directory build/site`'

bench: .venv/.installed ## how long things take
	@$(BIN)/python -m tests.benchmarks

chaos: .venv/.installed ## thousands of applies through a network that breaks; `make chaos SEED=7` tells a story again
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(APPLIES),--applies $(APPLIES))
	@$(BIN)/python -m pytest -q -m long tests/live/test_deaths.py

clean: ## remove what can be made again: .venv, caches, builds; data of local servers stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache examples/*/.lsform/state
	@find lsform tests examples -type d -name __pycache__ -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.installed: pyproject.toml
	@test -x $(BIN)/pip || $(or $(PYTHON),false) -c '$(FITS)' 2>/dev/null || { \
		echo 'error: no Python 3.10 or newer with `venv` and `ensurepip` found' >&2; \
		echo 'hint: `apt install python3-venv` on Debian and Ubuntu, or name one: `make PYTHON=/path/to/python`' >&2; \
		exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@echo 'installing lsform, Label Studio and the tools into .venv; the first time this may take minutes'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[server,export,gitops,ml,preview,dev]'
	@touch $@
