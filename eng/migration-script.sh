#!/usr/bin/env bash
# Writes the migrations as SQL to the standard output, for people who apply them by hand:
#   eng/migration-script.sh PostgreSql | psql "$DATABASE"      any state to the newest, as often as you like; not with -1
#   eng/migration-script.sh Sqlite [FROM] | sqlite3 -bail FILE  from the migration FROM (default: an empty file), once
set -euo pipefail
cd "$(dirname "$0")/.."

provider="${1:?usage: eng/migration-script.sh PostgreSql | Sqlite [FROM]}"
from="${2:-0}"
script="$(mktemp)"
trap 'rm -f "$script"' EXIT

generate() {
    dotnet ef migrations script "$@" --no-build --project "src/McpRegistry.EntityFrameworkCore.$provider" \
        --startup-project eng/McpRegistry.DesignTime --context RegistryDbContext --output "$script" -- "$provider" >&2
}

dotnet tool restore >&2
dotnet build eng/McpRegistry.DesignTime -v q --nologo >&2
case "$provider" in
    PostgreSql) generate --idempotent && sed '1s/^\xef\xbb\xbf//' "$script" | awk -f eng/migration-script.awk ;;
    Sqlite) generate "$from" && sed '1s/^\xef\xbb\xbf//' "$script" ;;
    *) echo "unknown provider: $provider" >&2 && exit 2 ;;
esac
