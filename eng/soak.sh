#!/usr/bin/env bash
# Opens sessions and subscriptions at a gateway, has half of the clients vanish, and looks for what is not given back:
# eng/soak.sh 2000, or with the number of rounds behind it
set -euo pipefail
cd "$(dirname "$0")/.."
# Each client has up to two connections, and the gateway two to upstreams for it.
ulimit -n "$(ulimit -Hn)"
exec dotnet run -c Release --project tests/McpRegistry.SoakDrill -- run "${1:-2000}" "${2:-1}"
