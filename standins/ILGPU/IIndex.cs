namespace ILGPU;

/// <summary>An index or extent of one to three dimensions.</summary>
public interface IIndex
{
    /// <summary>The number of elements that the index spans when read as an extent.</summary>
    long Size { get; }
}
