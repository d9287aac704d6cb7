using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.Sqlite.Migrations
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
                type: "INTEGER",
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
