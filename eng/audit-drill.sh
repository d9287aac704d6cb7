#!/usr/bin/env bash
# Kills a host in many audited calls at once, verifies the chain, and sees a changed row named; then kills one of two hosts in the middle of a
# delivery to an audit sink, which must get every row in order all the same; then does the first over HTTP: eng/audit-drill.sh 10000
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet run -c Release --project tests/McpRegistry.StorageDrill -- audit "${1:-10000}"
exec dotnet run -c Release --project tests/McpRegistry.QuotaDrill -- audit "${1:-10000}"
