Console.WriteLine("This project only carries the model for `dotnet ef`; see eng/add-migration.sh.");
