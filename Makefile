# What a person types. `make demo` and `make test` set up all that they need.

PYTHON ?= python3
BIN = .venv/bin
export STANCE_DATA

.PHONY: check
check: .venv/dev  ## lint, types and the fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not slow"
