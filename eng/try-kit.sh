#!/usr/bin/env bash
# Uses McpRegistry.Storage.Conformance as a stranger would: packs it, adds it to a new project outside the repository, and
# runs the code of its README there.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for project in src/McpRegistry.Abstractions src/McpRegistry.Core tests/McpRegistry.Storage.Conformance; do
    dotnet pack "$project" -c Release -o "$work/feed" -v quiet --nologo --disable-build-servers -nodeReuse:false
done

extensions=$(sed -n 's/.*<ExtensionsVersion>\(.*\)<.*/\1/p' Directory.Packages.props)
xunit=$(sed -n 's/.*Include="xunit.v3" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)
mkdir "$work/consumer"
cp eng/kit-consumer/MyStorage.cs "$work/consumer/"
cp nuget.config "$work/"
{
    printf 'using McpRegistry.Storage.Conformance;\nusing Xunit;\n\n'
    sed -n '/^```csharp$/,/^```$/p' tests/McpRegistry.Storage.Conformance/README.md | grep -v '^```'
} >"$work/consumer/MyStoreTests.cs"
cat >"$work/consumer/Consumer.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
    <RestoreFallbackFolders>$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="McpRegistry.Core" Version="0.1.0" />
    <PackageReference Include="McpRegistry.Storage.Conformance" Version="0.1.0" />
    <PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="$extensions" />
    <PackageReference Include="xunit.v3" Version="$xunit" />
  </ItemGroup>
</Project>
PROJECT
dotnet build "$work/consumer" -v quiet --nologo --disable-build-servers -nodeReuse:false
dotnet "$work/consumer/bin/Debug/net10.0/Consumer.dll" -noColor
