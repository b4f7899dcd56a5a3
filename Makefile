# `make` or `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The steps of `make test` run in the order they are written, cheap ones first.
.NOTPARALLEL:

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
FUZZTIME := 60s

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@ / { print "\n" substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ everyday

.PHONY: check
check: ## the quick look: vet and every test that needs nothing installed
	go vet ./...
	go test ./...

.PHONY: test
test: generated vet lint vuln race alone ## all that CI does: see the targets below; provides PostgreSQL, newman, a mail server, an ACME authority and an S3 store itself

.PHONY: build
build: ## the program, static, in bin/zakup
	CGO_ENABLED=0 go build -trimpath -o bin/zakup ./cmd/zakup

.PHONY: demo
demo: ## run the program with example data on embedded SQLite
	go run ./cmd/zakup demo

.PHONY: gen
gen: ## write the generated files anew
	go generate ./...

.PHONY: fmt
fmt: ## format the code as the linter wants it
	"$$(scripts/go-tool $(GOLANGCI_LINT))" fmt

.PHONY: clean
clean: ## remove what was built, not the data
	rm -rf bin tmp

##@ the steps of `make test`

.PHONY: generated
generated: ## fail when a generated file is not current
	scripts/check-generated

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lint
lint: ## golangci-lint, built once for each machine
	lint=$$(scripts/go-tool $(GOLANGCI_LINT)); "$$lint" run

.PHONY: vuln
vuln: ## govulncheck, where its database can be reached
	scripts/vuln $(GOVULNCHECK)

# A skipped test is a failure here: REQUIRE tells the tests what is provided,
# and testsum counts. Three packages at a time: many tests wait. What was C once,
# SQLite and its libc, is left as it is: watching each of its memory accesses took
# three quarters of the time, and its data are not Go's.
UNWATCHED := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
# Nor do these tests need it, which do one thing after another, and most of the
# work of all: tables of requests, spoilt files, long documents. They run without.
ALONE := ^Test(Access|BrokenBodies|Wrong(IDs|Queries|Fields)|UnknownFields|MemberRoles|WhoMayNotLeave|HostileRequests|Contract.*|$\
	XLSXBombs|ArchivesThatAreRefused|ExplainHostile|Flipped(Tables)?|(Truncated|Spoilt)Pictures|MemoryDoesNotGrow.*|PDFHoldsTheTotals|XLSXHoldsTheTotals|TheEndIsNeverAlone|HeadingsAndSumsHoldOn)$$
.PHONY: race
race: ## every test, on SQLite and PostgreSQL, with newman, a mail server, an ACME authority and an S3 store, shuffled, under the race detector
	NEWMAN=$$(scripts/npm-install newman)/node_modules/.bin/newman; OIDC=$$(scripts/npm-install oidc); \
	export NEWMAN OIDC REQUIRE=postgres,newman,oidc,smtp,acme,s3; \
	scripts/in-memory scripts/with-postgres scripts/with-mail scripts/with-acme scripts/with-s3 \
	go test -json -race $(UNWATCHED) -skip '$(ALONE)' -p 3 -shuffle=on -timeout 15m ./... | go run ./scripts/testsum -no-skips

.PHONY: alone
alone: ## the tests that `race` leaves out, and REQUESTS (100000) hostile ones
	ZAKUP_HOSTILE_REQUESTS=$(REQUESTS) ZAKUP_HOSTILE_SEED=$(SEED) REQUIRE=postgres scripts/in-memory scripts/with-postgres \
	go test -json -count=1 -shuffle=on -timeout 10m -run '$(ALONE)' ./internal/web/api ./internal/feature/pricelist/reading ./internal/feature/invoice/paper \
		./internal/feature/picture/raster | \
	go run ./scripts/testsum -no-skips

# The seed is the same every time; SEED=… takes another one.
REQUESTS := 100000
.PHONY: fuzz-api
fuzz-api: ## hostile requests of every operation of the OpenAPI document: REQUESTS (100000) of them, SEED (2026)
	ZAKUP_HOSTILE_REQUESTS=$(REQUESTS) ZAKUP_HOSTILE_SEED=$(SEED) REQUIRE=postgres scripts/in-memory scripts/with-postgres \
	go test -count=1 -v -timeout 10m -run '^TestHostileRequests$$' ./internal/web/api | grep -v '^ *\(=== \|--- PASS\)'

##@ now and then

.PHONY: long
long: ## the longest tests whole, which `make test` runs in smaller steps under the race detector
	REQUIRE=postgres scripts/with-postgres go test -count=1 -v -run 'TestALargeList|TestACrashAtEveryStatement' ./internal/feature/pricelist
	REQUIRE=postgres scripts/with-postgres go test -count=1 -v -run 'TestKilledInImports|TestKilledUnderOrders' ./cmd/zakup

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (60s) each
	scripts/fuzz $(FUZZTIME)
