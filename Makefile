# `make run` and `make test` are all a newcomer needs; each makes what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# SAM pins a boto3 that the harvester's own refuses.
SAM    := .venv-sam
# Two workers for two cores; each starts the servers its tests need.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run analyse test test-slow coverage load bench bench-long bench-peers soak docs lint format package lock clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## harvest the bundled sample into ./lake from the simulator (no account, no key), and report it
	env -u TMDB_TOKEN -u TMDB_API_KEY -u TMDB_BASE_URL $(BIN)/python -m harvester run --local
	$(BIN)/python -m harvester report --local

analyse: $(VENV)/.dev ## build Trusted and Refined from ./lake, and the analysis page of them
	$(BIN)/python -m harvester trusted --local
	$(BIN)/python -m harvester refined --local
	$(BIN)/python -m harvester analyse --local

test: $(VENV)/.dev ## unit, property, fault and end-to-end tests
	$(PYTEST) -m "not slow"

test-slow: $(VENV)/.spark ## the tests that take longer, those on Spark too
	$(PYTEST) -m slow

coverage: $(VENV)/.dev ## the quick tests with branch coverage; fails below the floor in pyproject.toml
	$(BIN)/coverage erase
	$(PYTEST) -m "not slow" --cov --cov-report=
	$(BIN)/coverage report

load: $(VENV)/.dev ## 5,000 titles through a limit, slow answers and mild faults; about a minute
	$(BIN)/python -m pytest -n 0 tests/system/load

bench: $(VENV)/.dev ## every speed target beside its figure; at most ten minutes
	$(BIN)/python scripts/bench.py

bench-long: $(VENV)/.dev ## the same with nothing cut: 250,000 titles, S3; at most 45 minutes
	$(BIN)/python scripts/bench.py --long

bench-peers: $(VENV)/.dev .venv-peers/.peers ## the same titles by requests, dlt and Scrapy; at most ten minutes
	$(BIN)/python scripts/bench_peers.py

soak: $(VENV)/.dev ## 50,000 titles at full speed through faults, then verify; about five minutes
	$(BIN)/python scripts/soak.py

docs: $(VENV)/.dev ## write the pages of the manual that the code tells
	$(BIN)/python scripts/build_docs.py

lint: $(VENV)/.dev $(SAM)/.sam ## ruff (lint and format), import-linter, mypy --strict, template and Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml
	SAM_CLI_TELEMETRY=0 $(SAM)/bin/sam validate --lint --template template.yaml --region us-east-1
	$(BIN)/hadolint Dockerfile

format: $(VENV)/.dev ## let ruff format and fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

package: $(VENV)/bin/python ## dist/layer.zip and dist/code.zip, which template.yaml deploys
	$(BIN)/python scripts/build_layer.py --python 3.13 --arch arm64 --out dist/layer.zip --code dist/code.zip

lock: $(VENV)/.dev ## resolve requirements/*.txt anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet "uv>=0.9"
	$(COMPILE) pyproject.toml -o requirements/core.txt
	$(COMPILE) --extra fast --extra zones --extra dev pyproject.toml -c requirements/core.txt -o requirements/dev.txt
	$(COMPILE) --extra spark pyproject.toml -c requirements/dev.txt -o requirements/spark.txt
	printf 'dlt[filesystem]>=1.31,<2\nrequests>=2.32,<3\nscrapy>=2.19,<3\n' | $(COMPILE) - -o requirements/peers.txt
	echo "aws-sam-cli>=1.170,<2" | $(COMPILE) - -o requirements/sam.txt

clean: ## remove the virtual environment and caches, never a lake
	rm -rf $(VENV) $(SAM) .venv-peers .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/core.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/core.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@ $(VENV)/.run

$(SAM)/.sam: requirements/sam.txt
	$(PYTHON) -m venv $(SAM)
	$(SAM)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/sam.txt
	touch $@

.venv-peers/.peers: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --require-hashes -r requirements/peers.txt
	touch $@

# Spark is large and needs Java 17; only the slow tests ask for it.
$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/spark.txt
	touch $@
