# `make run` and `make test` are all a newcomer needs; each makes what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# SAM pins a boto3 that the harvester's own refuses.
SAM    := .venv-sam
# The emulator of AWS that the tests deploy to, and the AWS CLI; they pin a botocore of their own.
AWS    := .venv-aws
# The theme of the site pins versions of its own, too.
SITE   := .venv-site
# Lambda's Python and processor: the archives are built for them, and the template is told.
LAMBDA_PYTHON ?= 3.13
LAMBDA_ARCH   ?= arm64
PACKAGE := dist/.python$(LAMBDA_PYTHON)-$(LAMBDA_ARCH)
# Five workers for two cores: half of the tests wait for a process that they started.
PYTEST := $(BIN)/python -m pytest -n 5 --dist worksteal
# The slow tests sync thousands of files: in memory, where there is room, that takes a quarter less.
ROOM   := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 8000000 2>/dev/null && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
# Whether a limit is kept and used can be seen only with nothing else at work.
LOAD   := $(BIN)/python -m pytest -n 0 tests/system/load
# Six tests that wait, and count what each second holds: on a busy machine a request is counted late.
OVERLAPS := tests/system/machine/test_owner.py

# Nothing is installed that is not pinned by its hash, and nothing is built with what is not: a build
# in isolation would fetch its backend again, whatever that is today. Each lock file is whole, so pip
# resolves nothing: it would take the newest release for a name[extra] and then refuse it as unpinned.
LOCKED := -m pip install --quiet --no-deps --require-hashes --only-binary=:all:
CHECK  := -m pip check --quiet
EDITABLE := -m pip install --quiet --no-deps --no-build-isolation --editable .

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

# The tests start hundreds of processes, and pytest rewrites 300 modules: each once, not every time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run analyse test test-slow fuzz coverage load bench bench-long bench-peers soak docs site pictures lint lint-code lint-types lint-templates tools format package package-zones deploy token smoke destroy lock clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## harvest the bundled sample into ./lake from the simulator (no account, no key), and report it
	env -u TMDB_TOKEN -u TMDB_API_KEY -u TMDB_BASE_URL $(BIN)/harvester run --local
	$(BIN)/harvester report --local

analyse: $(VENV)/.run ## build Trusted and Refined from ./lake, and the analysis page of them
	$(BIN)/harvester build --local

test: $(VENV)/.dev ## unit, property, fault and end-to-end tests
	$(PYTEST) -m "not slow"

test-slow: $(VENV)/.spark $(SAM)/.sam $(AWS)/.aws $(SITE)/.site ## the tests that take longer, those on Spark too
	room=$$(mktemp -d "$(ROOM)/slow-XXXXXX"); trap 'rm -rf "$$room"' EXIT; \
	TMPDIR=$$room $(PYTEST) -m slow --ignore=tests/system/load --ignore=$(OVERLAPS)
	$(BIN)/python -m pytest -n 6 $(OVERLAPS)
	$(LOAD)

fuzz: $(VENV)/.dev ## the property tests with examples that were not tried before
	HYPOTHESIS_PROFILE=fuzz $(PYTEST) -m hypothesis

coverage: $(VENV)/.dev ## the quick tests with branch coverage; fails below the floor in pyproject.toml
	$(BIN)/coverage erase
	$(PYTEST) -m "not slow" --cov --cov-report=
	$(BIN)/coverage report

load: $(VENV)/.dev ## 1,500 titles through a limit, slow answers and mild faults; about a minute
	$(LOAD)

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
	$(BIN)/python scripts/build_catalog.py
	$(BIN)/python scripts/zones_docs.py

# A page's links and pictures are where the repository has them, so the site's pages are links to it.
site: $(SITE)/.site ## the manual as a site in ./site; a dead link or a page out of the menu fails
	mkdir -p build/pages
	ln -sfn ../../README.md ../../README.pt-BR.md ../../CONTRIBUTING.md ../../CHANGELOG.md ../../LICENSE ../../docs build/pages
	@# Not --quiet: what is not said is no warning to mkdocs, and does not fail.
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict

pictures: $(VENV)/.dev ## draw docs/images again, from the bundled sample; needs Chromium
	$(BIN)/python scripts/draw_terminal.py
	$(BIN)/python scripts/draw_queries.py
	$(BIN)/python scripts/draw_pages.py

lint: lint-code lint-types lint-templates site ## ruff (lint and format), import-linter, mypy --strict, template, Dockerfile, the site

lint-code: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile

lint-types: $(VENV)/.dev
	$(BIN)/mypy

lint-templates: $(VENV)/.dev $(SAM)/.sam
	$(BIN)/cfn-lint template.yaml zones.yaml catalog.yaml
	SAM_CLI_TELEMETRY=0 $(SAM)/bin/sam validate --lint --template template.yaml --region us-east-1

tools: $(VENV)/.spark $(SAM)/.sam $(AWS)/.aws $(SITE)/.site ## install all that the other targets need, as they do themselves

format: $(VENV)/.dev ## let ruff format and fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

package: $(PACKAGE) ## dist/layer.zip and dist/code.zip, which template.yaml deploys

$(PACKAGE): requirements/core.txt scripts/build_layer.py $(shell find harvester handlers -name '*.py') | $(VENV)/bin/python
	rm -f dist/.python*
	$(BIN)/python scripts/build_layer.py --python $(LAMBDA_PYTHON) --arch $(LAMBDA_ARCH) --out dist/layer.zip --code dist/code.zip
	touch $@

deploy: $(VENV)/.run ## the stack of template.yaml in your AWS account, a first time or again: docs/aws.md
	@$(BIN)/python scripts/deploy.py check
	@$(MAKE) --no-print-directory package $(SAM)/.sam
	@$(BIN)/python scripts/deploy.py deploy

token: $(VENV)/.run ## put the token of TMDB_TOKEN in the place of the one that the stack uses
	@$(BIN)/python scripts/deploy.py token

smoke: $(VENV)/.run ## one small harvest in the deployed stack, judged by verify
	@$(BIN)/python scripts/deploy.py smoke

destroy: $(VENV)/.run ## delete the stack and its token; EMPTY=yes: the bucket with your data, too
	@$(BIN)/python scripts/deploy.py destroy

lock: $(VENV)/.dev ## resolve requirements/*.txt again, with hashes and without addresses
	$(BIN)/python $(LOCKED) -r requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/core.txt
	$(COMPILE) --extra fast --extra zones --extra dev pyproject.toml -c requirements/core.txt -o requirements/dev.txt
	$(COMPILE) --extra zones pyproject.toml -c requirements/dev.txt -o requirements/zones.txt
	$(COMPILE) --extra spark pyproject.toml -c requirements/dev.txt -o requirements/spark.txt
	printf 'dlt[filesystem]>=1.31,<2\nrequests>=2.32,<3\nscrapy>=2.19,<3\n' | $(COMPILE) - -o requirements/peers.txt
	printf 'hatchling>=1.27\neditables>=0.5\nsetuptools>=80\n' | $(COMPILE) - -c requirements/dev.txt -o requirements/build.txt
	echo "uv>=0.9" | $(COMPILE) - -o requirements/uv.txt
	echo "mkdocs-material>=9.7,<10" | $(COMPILE) - -o requirements/site.txt
	echo "aws-sam-cli>=1.170,<2" | $(COMPILE) - -o requirements/sam.txt
	printf 'aws-sam-translator>=1.90\nawscli>=1.45,<2\nministack>=1.5.33,<2\n' | $(COMPILE) - -o requirements/emulator.txt

package-zones: $(VENV)/bin/python ## the same and dist/zones.zip, which zones.yaml deploys
	$(BIN)/python scripts/build_layer.py --python $(LAMBDA_PYTHON) --arch $(LAMBDA_ARCH) --out dist/layer.zip --code dist/code.zip --zones dist/zones.zip

clean: ## remove the virtual environment and caches, never a lake
	rm -rf $(VENV) $(SAM) $(AWS) $(SITE) .venv-peers .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist site

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/zones.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(LOCKED) -r requirements/zones.txt -r requirements/build.txt
	$(BIN)/python $(EDITABLE)
	$(BIN)/python $(CHECK)
	touch $@

$(VENV)/.dev: requirements/dev.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(LOCKED) -r requirements/dev.txt -r requirements/build.txt
	$(BIN)/python $(EDITABLE)
	$(BIN)/python $(CHECK)
	touch $@ $(VENV)/.run

$(SAM)/.sam: requirements/sam.txt
	$(PYTHON) -m venv $(SAM)
	$(SAM)/bin/python $(LOCKED) -r requirements/sam.txt
	touch $@

$(AWS)/.aws: requirements/emulator.txt
	$(PYTHON) -m venv $(AWS)
	$(AWS)/bin/python $(LOCKED) --no-compile -r requirements/emulator.txt
	$(AWS)/bin/python $(CHECK)
	touch $@

$(SITE)/.site: requirements/site.txt
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python $(LOCKED) --no-compile -r requirements/site.txt
	$(SITE)/bin/python $(CHECK)
	touch $@

.venv-peers/.peers: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python $(LOCKED) -r requirements/peers.txt
	touch $@

# Spark is large and needs Java 17; only the slow tests ask for it. It has no wheel: setuptools, which
# is in requirements/build.txt, makes one.
$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	$(BIN)/python $(LOCKED) --no-binary=pyspark --no-build-isolation -r requirements/spark.txt
	$(BIN)/python $(CHECK)
	touch $@
