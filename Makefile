# One command each. Plain `make` lists them.

GO  ?= go
NPM ?= npm

FUZZTIME ?= 20s
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# The commit goes into the binary where git can tell it; a checkout of another
# user's, or one without git, builds all the same.
VCS := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo true || echo false)

installed := frontend/node_modules/.package-lock.json
client    := frontend/dist/index.html
generated := dispatch/web/api.gen.go frontend/src/api/schema.d.ts
sources   := $(shell find frontend/src frontend/public frontend/scripts -type f \
	-not -path '*/public/fonts/*' -not -name font-faces.json 2>/dev/null) \
	$(wildcard frontend/*.html frontend/*.json frontend/*.config.ts)

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help deps deps-test build run check fmt vet house types generated test client e2e gen bless fuzz bench screens lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: build ## build if needed, then serve the demo city on port 8080
	@ONEMAP_DEMO=$${ONEMAP_DEMO-1} ONEMAP_DATA=$${ONEMAP_DATA-.onemap} exec bin/onemap serve

deps: ## install the system packages that are missing (Debian, Ubuntu)
	@.ci/deps run

deps-test:
	@.ci/deps test

build: deps $(client) ## make bin/onemap, client included
	@mkdir -p bin
	$(GO) build -trimpath -buildvcs=$(VCS) -o bin/onemap ./cmd/onemap

$(installed): frontend/package.json frontend/package-lock.json
	cd frontend && $(NPM) ci --no-audit --no-fund --prefer-offline
	@touch $@

$(client): $(installed) $(sources)
	cd frontend && $(NPM) run build
	@touch frontend/dist/.keep $@

client: $(client)

test: deps-test fmt vet house client ## everything: server, client, browser (what CI runs)
	cd frontend && $(NPM) run check
	cd frontend && $(NPM) test
	cd frontend && $(NPM) run budget
	$(GO) test -race -timeout 20m ./...
	@$(MAKE) --no-print-directory e2e

e2e: deps-test build
	cd frontend && $(NPM) run e2e

check: fmt vet house types generated ## the quick half: form, plan of the house, generated files, types

fmt:
	@bad=$$(find . \( -name node_modules -o -name .git \) -prune -o -name '*.go' -print | xargs gofmt -l); \
	if [ -n "$$bad" ]; then echo "not gofmt'ed:"; echo "$$bad"; exit 1; fi

vet: deps
	$(GO) vet ./...

house:
	$(GO) test -count=1 ./cmd/onemap/house_test.go

types: $(installed)
	cd frontend && $(NPM) run check

generated:
	@before=$$(cat $(generated) | sha256sum); $(MAKE) --no-print-directory gen; \
	if [ "$$before" != "$$(cat $(generated) | sha256sum)" ]; then \
		echo "generated files were stale and are now rewritten: commit them"; exit 1; fi

gen: $(installed) ## write generated code anew (Go handlers, TypeScript schema)
	$(GO) generate ./...
	cd frontend && $(NPM) run gen

bless: deps ## rewrite the golden scenes of the API; read the diff
	$(GO) test -count=1 ./dispatch/web -bless

fuzz: deps ## every fuzz test for FUZZTIME (20s)
	@set -e; for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

bench: deps ## benchmarks of the hot paths
	$(GO) test -run '^$$' -bench . -benchmem ./...

screens: deps-test build ## the screenshots in docs
	cd frontend && $(NPM) run screens

lint: deps ## golangci-lint and eslint (fetched at first use)
	$(GO) run $(GOLANGCI) run ./...
	cd frontend && $(NPM) run lint

clean: ## forget what was built; data in .onemap stay
	rm -rf bin frontend/node_modules frontend/public/fonts frontend/public/font-faces.json
	find frontend/dist -mindepth 1 -not -name .keep -delete
