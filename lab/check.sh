#!/usr/bin/env bash
# The fast checks of the modules named as arguments: format, vet, lint, tests. All of them run
# before the result is known, so that one run reports everything.
set -u
lint=$PWD/bin/staticcheck
failed=()
step() { # step MODULE WHAT COMMAND...
  local module=$1 what=$2 began=$SECONDS
  shift 2
  echo "==> $what $module"
  (cd "$module" && "$@") || failed+=("$what $module")
  ((SECONDS - began < 5)) || echo "    $((SECONDS - began)) s"
}
formatted() {
  local files
  files=$(gofmt -l .) || return 1
  [ -z "$files" ] || { printf 'not formatted (run gofmt -w):\n%s\n' "$files" >&2; return 1; }
}
# The salt belongs to one person's or the lab's passphrase; committed, it would break every clone.
unsalted() { ! git grep -n '^encryptionsalt:' HEAD -- 'Pulumi.*.yaml' >&2; }
step . format formatted
step . salt unsalted
# Without the linters of other languages that it would find on some machines and not on others.
step . workflows bin/actionlint -shellcheck= -pyflakes=
for module in "$@"; do
  step "$module" vet go vet ./...
  step "$module" lint "$lint" ./...
  # What e2e tests needs the lab; make test runs it.
  [ "$module" = e2e ] || step "$module" test go test ./...
done
# The one tool that is written here.
step lab/tools/pulumi test go test ./pulumi-language-go
if ((${#failed[@]})); then
  printf '\nfailed:\n' >&2
  printf '  %s\n' "${failed[@]}" >&2
  exit 1
fi
