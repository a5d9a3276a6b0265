# tracestack's commands. `make help` lists them; README.md explains the two that matter.

# One set of flags for everything that is compiled here and in the lab, so that packages are
# compiled once. A user's own GOFLAGS stay in front.
export CGO_ENABLED := 0
export GOFLAGS := $(GOFLAGS) -buildvcs=false -gcflags=all=-dwarf=false

LAB     := bin/lab
MODULES := . lab e2e examples/library examples/grafana internal/dashboards/promql
# The stack that `up` and `trace` are about: the name in its file Pulumi.NAME.yaml.
STACK   ?= dev

.DEFAULT_GOAL := help
.PHONY: help up down test check proof bench env trace lab

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: lab ## start the lab, bring up the stack STACK (default dev), show a real trace
	@$(LAB) up --stack $(STACK)

down: lab ## stop the lab and remove all it made but what it built; FORCE=1 takes over another checkout's
	@$(LAB) down $(if $(FORCE),--force)

test: check bin/gotestsum ## what a newcomer and CI run: the fast checks, then end to end in the lab with all its services
	@$(LAB) run --with all bin/gotestsum --format testname --raw-command -- \
		go -C e2e test -json -count=1 -parallel 3 -timeout 40m . ./bench/... ./internal/... ./lifecycle/... ./proof/report

proof: lab bin/gotestsum ## what is too long, heavy or random for make test; writes docs/reliability.md
	@go test -run '^$$' -fuzz FuzzLoad -fuzztime 2m ./internal/config
	@$(LAB) run --with all bin/gotestsum --format testname --jsonfile bin/proof.json --raw-command -- \
		go -C e2e test -json -count=1 -parallel 4 -timeout 100m ./proof; \
		result=$$?; go -C e2e run ./proof/report ../bin/proof.json ../docs/reliability.md && exit $$result

check: lab bin/staticcheck bin/actionlint ## the fast part: format, vet, lint, unit tests, goldens
	@lab/check.sh $(MODULES)

bench: lab ## measure in the lab and write docs/benchmarks.md
	@$(LAB) run --with all go -C e2e run ./bench -out ../docs/benchmarks.md

env: lab ## print the shell settings with which pulumi and kubectl work on the lab
	@$(LAB) env

trace: lab ## drive the demo, print its trace as a waterfall, draw it as trace.svg
	@$(LAB) trace --stack $(STACK)

bin/staticcheck: lab/tools/check/go.mod lab/tools/check/go.sum
	@go build -C lab/tools/check -o ../../../$@ honnef.co/go/tools/cmd/staticcheck

bin/actionlint: lab/tools/check/go.mod lab/tools/check/go.sum
	@go build -C lab/tools/check -o ../../../$@ github.com/rhysd/actionlint/cmd/actionlint

bin/gotestsum: lab/tools/check/go.mod lab/tools/check/go.sum
	@go build -C lab/tools/check -o ../../../$@ gotest.tools/gotestsum

lab:
	@test -x $(LAB) || echo "compiling the lab's own command (one to two minutes the first time)" >&2
	@go build -C lab -o ../$(LAB) .
