namespace ILGPU;

/// <summary>An index or extent of one to three dimensions.</summary>
public interface IIndex
{
}
