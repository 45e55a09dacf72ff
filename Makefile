SHELL := /bin/bash
.DEFAULT_GOAL := help
APP := modules-examples/desk
export CGO_ENABLED := 0
LDFLAGS := -s -w

.PHONY: help setup run demo test fuzz test-long check lint generate bench examples examples-check guests guests-check bench-short build

help: ## Print what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: ## Install what tests and guest builds need (Debian packages, npm and Go modules); quick, and harmless twice
	scripts/setup.sh

build: ## Build the static binary into bin/
	go build -trimpath -ldflags="$(LDFLAGS)" -o bin/mozaiks ./cmd/mozaiks

run: build ## Serve the help desk on this machine, for development
	MOZAIKS_ENV=development MOZAIKS_LOG_FORMAT=text MOZAIKS_LOG_LEVEL=warn MOZAIKS_DRAIN_DELAY=10ms bin/mozaiks serve $(APP)

demo: ## Import a thousand tickets as three tenants, wait for every reaction, and check the totals
	go run ./test/demo

test: ## Run every test: the host, the Go SDK, the guests and the other SDKs
	scripts/test.sh

fuzz: ## Fuzz every target for a minute (FUZZTIME)
	scripts/fuzz.sh

test-long: ## Fuzz every target for a minute (FUZZTIME), kill the host a hundred times during imports (KILLS)
	scripts/test-long.sh

examples: ## Rebuild the example binaries where their toolchains are
	scripts/examples.sh build

examples-check: ## Rebuild the example binaries and compare them with those committed
	scripts/examples.sh check

generate: ## Write what is generated: codes, reference pages
	go generate ./...

lint: ## Vet and lint
	scripts/lint.sh

check: ## Format, tidy, generate, vet and lint; fails on any difference
	scripts/check.sh

guests: ## Rebuild the guests of benchmarks and conformance tests where their toolchains are
	test/bench/guests/build.sh && test/conformance/extism/plugins/build.sh && test/hostile/build.sh

guests-check: ## Rebuild the guests of benchmarks and conformance tests and compare them with those committed
	test/bench/guests/build.sh check && test/conformance/extism/plugins/build.sh check && test/hostile/build.sh check

bench: ## Measure everything against its peers; writes test/bench/out/bench.json, fails where a target is missed
	cd test/bench && CGO_ENABLED=1 GOWORK=off go run .

bench-short: ## Measure everything in few rounds, for a look; a missed target is only reported
	cd test/bench && CGO_ENABLED=1 GOWORK=off go run . -short -lenient
