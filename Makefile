# Every door of the project; `make help` lists them. Each prepares what it needs first and is quick when nothing changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV_VERSION := 0.13.9
# The suite shares one small machine with its own PostgreSQL; more processes than this make it slower, not quicker.
TEST_PROCESSES ?= 2
ARGS ?=

BIN := .venv/bin
PREPARE := $(PYTHON) setup/prepare.py

.PHONY: bench-herd help run pages test test-browser test-clients test-failover screenshots check format bench herd-accuracy lock clean sim

help: ## List the doors
	@echo "Clarine. ARGS='…' is handed on to the command."
	@sed -nE 's/^([a-z%-]+):.*## (.*)$$/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## Start everything with a story that plays by itself, and print one address
	@$(PREPARE) run
	@exec $(BIN)/clarine demo $(ARGS)

test: ## Run the whole test suite
	@$(PREPARE) test
	@exec $(BIN)/python -m pytest -n $(TEST_PROCESSES) $(ARGS)

test-browser: ## Run only the stories in a real browser
	@$(PREPARE) test
	@exec $(BIN)/python -m pytest tests/browser $(ARGS)

test-clients: ## Drive published clients of the Cloud API against a running Clarine
	@$(PREPARE) clients
	@exec $(BIN)/python -m tests.clients $(ARGS)

test-failover: ## Kill the leader of three databases and one of three NATS under load, and play through pgbouncer; prints JSON
	@$(PREPARE) failover
	@exec $(BIN)/python -m tests.failover $(ARGS)

sim: ## Play the whole house under seeds (SEEDS=1-500): processes die, time jumps, everything happens twice
	@$(PREPARE) test
	@SEEDS="$(or $(SEEDS),1-50)" $(BIN)/python -m pytest tests/simulation/chaos -o log_cli=true --log-cli-level=INFO $(ARGS)

screenshots: ## Take the main screens and every kind of message, phone and desktop, light, dark and in Urdu, into ./screenshots
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.browser.screenshots $(ARGS)

check: ## Format, lint, types, import contracts, tidiness, TypeScript; under 30 seconds
	@$(PREPARE) run
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache --no-logo > .venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }
	@$(PREPARE) typescript
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest tests/tidy -n $(TEST_PROCESSES) $(ARGS)

format: ## Put the code into its one format
	@$(PREPARE) run
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: bench-send ## Measure single sends, the whole way; the other measurements are bench-NAME

bench-herd: bench-collars bench-collars_history bench-herd_chat ## Measure Herd: collars in, history on disk, uplink to chat

bench-%: ## Measure NAME (ARGS='--runs 1 --seconds 2 --soak 600 --json --keep'), or make the performance page again (NAME: page)
	@$(PREPARE) run
	@exec $(BIN)/python -m bench $* $(ARGS)

pages: ## Make the generated pages of the reference again (errors, magic recipients)
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.wire.pages

herd-accuracy: ## Measure how right Clarine Herd is on data that is not shipped (DATA=folder), and make its page
	@$(PREPARE) run
	@exec $(BIN)/python -m bench.herd --data "$(or $(DATA),herd-data)"

lock: ## Choose versions anew: requirements.lock, setup/node.lock, web/package-lock.json and the clients' lists
	@$(PREPARE) run
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --extra herd --group dev --generate-hashes --quiet \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --no-deps --generate-hashes --quiet \
	  --no-emit-index-url --custom-compile-command "make lock" -o setup/node.lock setup/node.in
	@cd web && npm install --package-lock-only --no-audit --no-fund
	@for list in $(basename $(wildcard tests/clients/python/*/requirements.in)); do $(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --generate-hashes \
	  --quiet --no-emit-index-url --custom-compile-command "make lock" -o $$list.lock $$list.in; done
	@cd tests/clients/node && npm install --package-lock-only --no-audit --no-fund

clean: ## Remove everything that was built; data folders stay
	@rm -rf .venv .clients web/node_modules src/clarine/web/dist* src/clarine_herd/page/dist* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
