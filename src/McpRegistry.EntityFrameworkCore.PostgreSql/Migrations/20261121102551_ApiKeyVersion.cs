using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Migrations
{
    /// <inheritdoc />
    internal sealed partial class ApiKeyVersion : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "version",
                table: "api_keys",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "version",
                table: "api_keys");
        }
    }
}
