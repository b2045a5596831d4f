using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>Checks of backward kernels that every one must pass.</summary>
internal static class BackwardChecks
{
    /// <summary>Assigned over NaN, added, and masked.</summary>
    public static void AssignAddMask(
        TestDevice device, TensorShape outputShape, float[] gradOutputValues, TensorShape inputShape, double[] expected,
        Action<Tensor, Tensor, Tensor?, GradientWrite> launch)
    {
        float[] mask = new Random(9).Uniform(inputShape.Length);
        using Tensor rectifiedBy = device.Upload(inputShape, mask);
        using Tensor gradOutput = device.Upload(outputShape, gradOutputValues);
        using Tensor gradInput = device.Poisoned(inputShape);
        launch(gradOutput, gradInput, null, GradientWrite.Assign);
        Closeness.Close(expected, gradInput.ToArray(), Closeness.FewOperations);
        launch(gradOutput, gradInput, rectifiedBy, GradientWrite.Add);
        Closeness.Close(
            [.. expected.Zip(mask, (gradient, value) => value > 0 ? 2 * gradient : gradient)], gradInput.ToArray(),
            Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(gradInput);
    }
}
