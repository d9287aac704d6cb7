using System.Runtime.InteropServices;

namespace McpRegistry.SoakDrill;

/// <summary>Asks the C library's allocator, from which the database and the compiler of the runtime take their memory.</summary>
internal static partial class NativeMemory
{
    /// <summary>Gives back what is free, and tells how many bytes are in use.</summary>
    public static long Trim()
    {
        _ = malloc_trim(0);
        var info = mallinfo2();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial Info mallinfo2();

    /// <summary>The fields of <c>struct mallinfo2</c> (glibc 2.33 and newer), in their order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Info
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappedRegions;
        public readonly nuint Mapped;
        private readonly nuint _most;
        private readonly nuint _fastBytes;
        public readonly nuint InUse;
        private readonly nuint _free;
        private readonly nuint _top;
    }
}
