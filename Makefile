SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PROVINCE ?= examples/ca-mau
OUT ?= out/ca-mau
BIN := .venv/bin
INSTALL := scripts/install-python-packages.sh

.PHONY: help plan test check bench soak engines lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' Makefile

plan: .venv/.runtime ## the capacity plan of Ca Mau: tables here, plan.json, report.html and plan.xlsx in out/ca-mau
	$(BIN)/camau-dc plan $(PROVINCE) --out $(OUT)

test: .venv/.dev ## every suite, one by one
	scripts/run-suites.sh

check: .venv/.dev ## formatting, lint, types, contracts and the quick tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not (bench or browser or cluster or slow or soak)"

bench: .venv/.dev ## measured benchmarks; writes tests/benchmarks/RESULTS.md
	$(BIN)/python -m pytest tests/benchmarks -m bench

soak: .venv/.dev ## hours of repetition, damaged input for CAMAU_DC_FUZZ_SECONDS (600), and the workbook in LibreOffice
	command -v soffice >/dev/null && command -v pdftotext >/dev/null || scripts/install-system-packages.sh libreoffice-calc-nogui fonts-dejavu-core poppler-utils
	$(BIN)/python -m pytest tests -m soak

engines: ## builds the servers of the cluster tests from Go modules into a cache folder, about ten minutes the first time
	scripts/build-engines.sh
	@scripts/build-engines.sh --where

lock: .venv/.dev ## writes requirements/*.txt from pyproject.toml; ARGS=--upgrade takes the newest of all
	scripts/lock.sh $(ARGS)

clean: ## removes what the other targets made, the environment too
	rm -rf .venv build dist out .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a second run installs nothing until a lock file or pyproject.toml changes.
.venv/.runtime: requirements/uv.txt requirements/runtime.txt pyproject.toml
	$(INSTALL) requirements/runtime.txt
	@touch $@

.venv/.dev: requirements/uv.txt requirements/dev.txt pyproject.toml
	$(INSTALL) requirements/dev.txt
	@touch $@
