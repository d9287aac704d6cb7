#!/usr/bin/env bash
# Kills hosts and PostgreSQL in the middle of their writes and looks for what is lost or half written: eng/storage-drill.sh 20
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/McpRegistry.StorageDrill -- run "${1:-20}"
