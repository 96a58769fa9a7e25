# Two commands matter: `make demo` shows the whole tool on a sandbox site, `make test` runs everything that CI runs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= demo-out

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit wheel bench lock clean

help:                       ## show the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

$(BIN)/.installed: requirements.lock pyproject.toml .ci/system-packages
	@.ci/system-packages "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(BIN)/.installed     ## audit, plan, apply, verify and report on a sandbox site; ends with the reports' paths
	$(BIN)/confluence-gdpr demo --out $(OUT)

test: $(BIN)/.installed     ## lint, types, tests with branch coverage, wheel in a clean environment, one demo audit
	@PYTHON=$(PYTHON) VENV=$(VENV) .ci/checks

lint: $(BIN)/.installed     ## ruff: rules and formatting
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(BIN)/.installed    ## mypy, strict
	$(BIN)/mypy

unit: $(BIN)/.installed     ## the tests alone
	$(BIN)/python -m pytest

bench: $(BIN)/.installed    ## measure: crawl, scan, its limits, the corpus, reports, personal data, files; figures belong into docs/benchmarks.md
	$(BIN)/python -m bench.crawl && $(BIN)/python -m bench.scan && $(BIN)/python -m bench.limits && $(BIN)/python -m bench.corpus && $(BIN)/python -m bench.report && $(BIN)/python -m bench.page && $(BIN)/python -m bench.personal && $(BIN)/python -m bench.detect && $(BIN)/python -m bench.attachments && $(BIN)/python -m bench.fuzz --seconds 20

lock:                       ## pin all dependencies anew, with hashes and without index addresses
	uv pip compile pyproject.toml --extra sandbox --extra parquet --extra sign --extra serve --extra server --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock

clean:                      ## remove what was built
	rm -rf $(VENV) dist build $(OUT) .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis
