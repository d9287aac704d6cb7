namespace McpRegistry.Routing.Documents;

/// <summary>Collects what is wrong with a document. A hostile one may have a fault in every byte; nobody mends more than this in one go.</summary>
internal sealed class DocumentFaults(List<ValidationFault> faults)
{
    private const int Max = 100;

    public int Count => faults.Count;

    public void Add(string path, string code, string message)
    {
        if (faults.Count < Max)
        {
            faults.Add(new ValidationFault(path, code, message));
        }
    }
}
