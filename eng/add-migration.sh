#!/usr/bin/env bash
# Adds one migration to every provider: eng/add-migration.sh AddTenants
# Rename-free and reversible changes only; see that each Down really undoes its Up.
set -euo pipefail
cd "$(dirname "$0")/.."

name="${1:?usage: eng/add-migration.sh NAME}"
dotnet tool restore
dotnet build eng/McpRegistry.DesignTime -v q --nologo
for provider in Sqlite PostgreSql; do
    project="src/McpRegistry.EntityFrameworkCore.$provider"
    dotnet ef migrations add "$name" --no-build --project "$project" --startup-project eng/McpRegistry.DesignTime \
        --context RegistryDbContext --output-dir Migrations \
        --namespace "McpRegistry.EntityFrameworkCore.$provider.Migrations" -- "$provider"

    # With no snapshot to go by, the tool derives a folder from the namespace.
    if [ -d "$project/McpRegistry" ]; then
        find "$project/McpRegistry" -name '*.cs' -exec mv {} "$project/Migrations/" \;
        find "$project/McpRegistry" -type d -empty -delete
    fi

    # Migrations are found by reflection; users of the package need not see them.
    find "$project/Migrations" -name '*.cs' -exec sed -i \
        -e 's/^\xef\xbb\xbf//' \
        -e 's/^    public partial class \(.*\) : Migration$/    internal sealed partial class \1 : Migration/' {} +
done
