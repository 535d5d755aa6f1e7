# `make` alone lists the targets. The build lies outside the checkout, where the tests and the local stack share it.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/sipstr/target

STACK ?= dev
stack = python3 infra/local/stack.py

.DEFAULT_GOAL := help
.PHONY: help run up down reset demo watch invoke logs status test audit web test-sso fmt lint bench anchors

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and run everything here until Ctrl-C
	@$(stack) run --stack $(STACK)

up: ## the same in the background; FRESH=1 forgets all data first
	@$(stack) up --stack $(STACK) $(if $(FRESH),--fresh)

down: ## stop what `make up` started; the data stays
	@$(stack) down --stack $(STACK)

reset: ## empty the data and load the demo again
	@$(stack) reset --stack $(STACK)

watch: ## serve one function from its source for debugging: FUNCTION=catalog-api
	@python3 infra/local/watch.py watch $(FUNCTION) --stack $(STACK)

invoke: ## send a sample to a function that is being watched: FUNCTION=…, EVENT=events/aws/….json
	@python3 infra/local/watch.py invoke $(FUNCTION) --event $(EVENT)

demo: up ## play the story of a bottle against the running stack
	@python3 infra/local/demo.py --stack $(STACK)

logs: ## follow the logs of all functions
	@$(stack) logs --stack $(STACK)

status: ## what is running, and where
	@$(stack) status --stack $(STACK)

test: ## everything that must pass before a change lands
	@python3 infra/local/check.py

audit: ## advisories and licences of the dependencies, and secrets in files and history
	@python3 infra/local/audit.py

web: ## look at the pages of a running stack in a real browser
	@python3 infra/local/web.py $(STACK)

test-sso: ## sign a store's staff in through a real Keycloak, against a running stack
	@python3 infra/local/sso.py $(STACK)

fmt: ## format Rust and Terraform
	cargo fmt --all
	terraform fmt -recursive infra/terraform

lint: ## Clippy with warnings as errors, and Terraform's own checks
	@python3 infra/local/check.py --only lint

# The functions each on their own: together, one would be built with the features that only the benchmark needs.
ENGINES = compliance dispatch eta ranking routing search

bench: ## measure functions and engines; ENGINE=routing measures one engine only, ENGINE=rush simulates a rush for one product
ifndef ENGINE
	cargo build --release --locked -p orders-api -p catalog-api -p accounts-api
	cargo build --release --locked -p bench-hello
	SIPSTR_STACK="$(or $(SIPSTR_STACK),$(wildcard .local/stack.json))" cargo run --release --locked -p bench
endif
	$(foreach engine,$(filter-out rush,$(or $(ENGINE),$(ENGINES))),cargo bench --locked -p sipstr-$(engine) &&) true
	$(if $(filter rush,$(or $(ENGINE),rush)),cargo run --release --locked -p rush)
	$(if $(filter routing,$(or $(ENGINE),routing)),@$(MAKE) --no-print-directory anchors)

anchors: ## VROOM and OR-Tools (from PyPI, where they install) on the router's instances
	@python3 -m venv $(HOME)/.cache/sipstr/anchors && $(HOME)/.cache/sipstr/anchors/bin/pip install -q --disable-pip-version-check \
		-r shared/routing/anchors/requirements.txt && $(HOME)/.cache/sipstr/anchors/bin/python shared/routing/anchors/anchors.py || \
		echo "The anchors do not install here; their figures of another day stand in shared/routing/README.md."
