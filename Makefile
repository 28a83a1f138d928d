.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## Install what this machine lacks: Go tools, a C compiler, PostgreSQL
	@bash .ci/deps.sh

.PHONY: test
test: ## Vet and test every module, with the race detector where it can be built
	@bash .ci/test.sh

.PHONY: lint
lint: ## Formatting, linters, unreached functions, known vulnerabilities
	@bash .ci/lint.sh

.PHONY: fmt
fmt: ## Format the code (gofumpt)
	@bash -c 'source .ci/lib.sh && bash .ci/deps.sh tools && "$$(tools_dir)/gofumpt" -l -w .'

.PHONY: quickstart
quickstart: ## Run the quickstart example
	@go -C examples/quickstart run .

.PHONY: cover
cover: ## How much of each package the tests reach
	@bash .ci/cover.sh

.PHONY: bench
bench: ## Run the benchmarks and compare with the run before (BENCH=pattern COUNT=6)
	@bash .ci/bench.sh

.PHONY: fuzz
fuzz: ## Run every fuzz target for a short while (FUZZTIME=10s)
	@bash .ci/fuzz.sh

.PHONY: soak
soak: ## Run the crash tests for long (KILLS=3000 ENGINE_KILLS=200 HISTORIES=5000)
	@bash .ci/soak.sh

.PHONY: vuln
vuln: ## Known vulnerabilities that the code reaches
	@bash .ci/vuln.sh

.PHONY: apidiff
apidiff: ## What changed in the exported API since the last tag
	@bash .ci/apidiff.sh

.PHONY: proto
proto: ## Generate the code of the plugin protocol (needs protoc)
	@bash .ci/proto.sh

.PHONY: tidy-check
tidy-check: ## Fail where go mod tidy would change something
	@bash .ci/tidy.sh

.PHONY: ci
ci: ## All that a change must pass
	@bash .ci/run
