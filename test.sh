#!/usr/bin/env bash
# Installs what the tests need, builds the solution once, runs every test project and prints one line of totals at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

configuration=Release
limit_per_project=900
logs=artifacts/tests

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'test.sh: %s\n' "$*" >&2; exit 1; }

install_packages() {
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "run as root, or install yourself: $*"
    root=(sudo)
  fi
  if [ -z "${apt_is_current:-}" ]; then
    say "Refreshing the list of Debian packages"
    "${root[@]}" apt-get update -qq
    apt_is_current=yes
  fi
  say "Installing $*"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_postgres() {
  command -v initdb >/dev/null && return
  local initdb
  initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$initdb" ] || return 1
  # Debian keeps the server programs off PATH; the tests look for them there.
  PATH="$(dirname "$initdb"):$PATH"
  export PATH
}

say "Checking .NET, Node and git"
command -v dotnet >/dev/null || fail "the .NET SDK is missing; global.json names the version"
command -v git >/dev/null || fail "git is missing; the tests read the list of tracked files"
command -v npm >/dev/null || fail "Node.js with npm is missing; version 20 or newer is needed"
node_version=$(node --version)
[ "$(sed 's/^v//; s/\..*//' <<<"$node_version")" -ge 20 ] || fail "Node.js $node_version is too old; version 20 or newer is needed"
printf '.NET %s, Node %s\n' "$(dotnet --version)" "$node_version"

say "Looking for PostgreSQL and SQLite"
find_postgres || { install_packages postgresql-15; find_postgres || fail "PostgreSQL was installed, but initdb was not found"; }
{ PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true; } | grep 'libsqlite3\.so\.0' >/dev/null || install_packages libsqlite3-0
printf 'PostgreSQL in %s\n' "$(dirname "$(command -v initdb)")"

# A copy of the lock file tells what the installed packages are.
if ! cmp -s tests/clients/package-lock.json tests/clients/node_modules/.installed-lock.json; then
  say "Installing the npm packages of tests/clients"
  (cd tests/clients && npm ci --ignore-scripts --loglevel=error && cp package-lock.json node_modules/.installed-lock.json)
fi

say "Building the solution ($configuration)"
# No build servers: they would outlive the script and keep its caller waiting.
dotnet build McpRegistry.sln -c "$configuration" --disable-build-servers -nodeReuse:false -v quiet -nologo -clp:NoSummary

mkdir -p "$logs"
passed=0 failed=0 skipped=0
for project in $(git ls-files --cached --others --exclude-standard 'tests/*.Tests.csproj'); do
  name=$(basename "$project" .csproj)
  program=$(dirname "$project")/bin/$configuration/net10.0/$name.dll
  log=$logs/$name.log
  say "Testing $name"
  started=$SECONDS code=0
  # Into a file and not a pipe, which a process left behind by a test could keep open.
  timeout --kill-after=10 "$limit_per_project" dotnet "$program" -noColor -longRunning 120 >"$log" 2>&1 </dev/null || code=$?
  summary=$(grep -E "^ *$name +Total: " "$log" | tail -n 1 || true)
  if [ -z "$summary" ]; then
    cat "$log"
    printf '%s ended with code %s and no summary\n' "$name" "$code"
    failed=$((failed + 1))
    continue
  fi
  figure() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
  bad=$(($(figure Failed) + $(figure Errors)))
  idle=$(($(figure Skipped) + $(figure 'Not Run')))
  passed=$((passed + $(figure Total) - $(figure Failed) - idle))
  failed=$((failed + bad))
  skipped=$((skipped + idle))
  if [ "$code" -ne 0 ] || [ "$bad" -ne 0 ]; then
    cat "$log"
    # A code other than 0 without a failed test is a failure too, of the runner itself.
    [ "$bad" -ne 0 ] || failed=$((failed + 1))
  fi
  printf '%s in %s s\n' "$(sed -E 's/^ *[^ ]+ +//' <<<"$summary")" "$((SECONDS - started))"
done

say "Running the protocol's conformance tools (eng/conformance.sh)"
started=$SECONDS
if CONFIGURATION=$configuration timeout --kill-after=10 "$limit_per_project" eng/conformance.sh --no-build >"$logs/conformance.log" 2>&1 </dev/null; then
  sed -n '/^wiring/,/^$/p' "$logs/conformance.log"
  printf 'As expected, in %s s\n' "$((SECONDS - started))"
else
  cat "$logs/conformance.log"
  failed=$((failed + 1))
fi

printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
