namespace McpRegistry.Routing.Conditions;

/// <summary>One step down in an <see cref="ArgumentTree"/>, by a name that is nowhere kept.</summary>
internal readonly ref struct ArgumentStep(int parent, ReadOnlySpan<char> name)
{
    public readonly int Parent = parent;
    public readonly ReadOnlySpan<char> Name = name;

    /// <summary>Compares steps with those that are kept.</summary>
    public sealed class Comparer : IEqualityComparer<(int Parent, string Name)>, IAlternateEqualityComparer<ArgumentStep, (int Parent, string Name)>
    {
        public bool Equals((int Parent, string Name) x, (int Parent, string Name) y) => x.Parent == y.Parent && string.Equals(x.Name, y.Name, StringComparison.Ordinal);

        public bool Equals(ArgumentStep alternate, (int Parent, string Name) other) => alternate.Parent == other.Parent && alternate.Name.SequenceEqual(other.Name);

        public int GetHashCode((int Parent, string Name) obj) => Hash(obj.Parent, obj.Name);

        public int GetHashCode(ArgumentStep alternate) => Hash(alternate.Parent, alternate.Name);

        public (int Parent, string Name) Create(ArgumentStep alternate) => (alternate.Parent, alternate.Name.ToString());

        private static int Hash(int parent, ReadOnlySpan<char> name) => HashCode.Combine(parent, string.GetHashCode(name, StringComparison.Ordinal));
    }
}
