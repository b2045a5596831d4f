using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>Refuses NaN and infinity: a network with one of them gives only NaN.</summary>
internal static class FiniteValues
{
    /// <exception cref="WeightFileException">A value is not finite.</exception>
    internal static void Require(ReadOnlySpan<float> values, string path, string layer, string part)
    {
        // x − x is 0 for every finite x and NaN for the others.
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> differences = Vector<float>.Zero;
        foreach (Vector<float> vector in vectors)
            differences += vector - vector;
        bool isFinite = Vector.EqualsAll(differences, Vector<float>.Zero);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            isFinite &= float.IsFinite(value);
        if (!isFinite)
        {
            throw new WeightFileException(
                $"Weights file '{path}': the {part} of layer {layer} holds NaN or infinity; use an undamaged file.");
        }
    }
}
