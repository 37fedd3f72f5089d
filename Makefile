# Two commands: `make run` serves the chat, `make test` passes the suite. Both may be repeated.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
# uv does not read pip's own list of local wheels.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_HTTP_TIMEOUT ?= 300

help:
	@echo "make run    installs, brings the library up to date, serves the chat on http://$(HOST):$(PORT)"
	@echo "make test   installs what tests need and passes the suite"
	@echo "make check  lint and types"

run: $(VENV)/.run
	@$(BIN)/coop ingest
	@exec $(BIN)/coop chat --host $(HOST) --port $(PORT)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not browser"
	@$(BIN)/python -m pytest -m browser

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

$(BIN)/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 is needed and was not found. Install it, or: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv || { \
	  echo "The package index could not be reached: check the network or pip's settings, then repeat." >&2; exit 1; }

# A CPU build of torch where one is found: a local wheel, then PyTorch's own index.
$(VENV)/.run $(VENV)/.dev: $(VENV)/.%: pyproject.toml constraints.txt | $(BIN)/uv
	@extra=$$([ "$*" = dev ] && echo '[dev,train]' || echo '[ocr]'); backend=; \
	if ! ls $${UV_FIND_LINKS:-/nowhere}/torch-*.whl >/dev/null 2>&1 && ! $(BIN)/python -c 'import torch' 2>/dev/null; then \
	  if timeout 30 $(BIN)/uv pip install --quiet --dry-run --no-deps --python $(BIN)/python --torch-backend=cpu --constraint constraints.txt torch >/dev/null 2>&1; \
	  then backend=--torch-backend=cpu; echo "torch: CPU build"; \
	  else echo "torch: no CPU build within reach, the package index's own will be used (about 3 GB to download)"; fi; \
	fi; \
	echo "Installing .$$extra (versions of constraints.txt)"; \
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $$backend --constraint constraints.txt --editable ".$$extra" || { \
	  echo "The installation failed (see above). Check the network and the free disk space (3 GB), then repeat." >&2; exit 1; }
	@touch $@
