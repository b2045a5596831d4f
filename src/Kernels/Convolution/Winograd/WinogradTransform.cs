using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The two transforms of Winograd F(4×4,3×3) for 16 channels at a time: V = Bᵀ·d·B of 6×6 inputs and Y = Aᵀ·M·A of
/// 6×6 sums of products.
/// </summary>
/// <remarks>
/// Bᵀ = [4 0 −5 0 1 0; 0 −4 −4 1 1 0; 0 4 −4 −1 1 0; 0 −2 −1 2 1 0; 0 2 −1 −2 1 0; 0 4 0 −5 0 1],
/// Aᵀ = [1 1 1 1 1 0; 0 1 −1 2 −2 0; 0 1 1 4 4 0; 0 1 −1 8 −8 1]: polynomial interpolation at 0, ±1, ±2 and ∞.
/// Product (i, j) lies in plane 6·i + j. Source: Lavin and Gray 2015, arXiv:1509.09308.
/// </remarks>
internal static class WinogradTransform
{
    /// <summary>Transforms a tile's input.</summary>
    /// <param name="input">Bordered map, in vectors.</param>
    /// <param name="first">Top left pixel of the 6×6, border included.</param>
    /// <param name="pixelPitch">Vectors from one pixel to the next.</param>
    /// <param name="rowPitch">Vectors from one row to the next.</param>
    /// <param name="products">36 planes.</param>
    /// <param name="target">Where product 0 goes.</param>
    /// <param name="plane">Vectors from one plane to the next.</param>
    public static void Input(
        ArrayView<F16> input, int first, int pixelPitch, int rowPitch, ArrayView<F16> products, int target, int plane)
    {
        WinogradInput column0 = WinogradInput.Of(input, first, rowPitch);
        WinogradInput column1 = WinogradInput.Of(input, first + pixelPitch, rowPitch);
        WinogradInput column2 = WinogradInput.Of(input, first + 2 * pixelPitch, rowPitch);
        WinogradInput column3 = WinogradInput.Of(input, first + 3 * pixelPitch, rowPitch);
        WinogradInput column4 = WinogradInput.Of(input, first + 4 * pixelPitch, rowPitch);
        WinogradInput column5 = WinogradInput.Of(input, first + 5 * pixelPitch, rowPitch);
        WinogradInput.Of(column0.P0, column1.P0, column2.P0, column3.P0, column4.P0, column5.P0)
            .Store(products, target, plane);
        WinogradInput.Of(column0.P1, column1.P1, column2.P1, column3.P1, column4.P1, column5.P1)
            .Store(products, target + 6 * plane, plane);
        WinogradInput.Of(column0.P2, column1.P2, column2.P2, column3.P2, column4.P2, column5.P2)
            .Store(products, target + 12 * plane, plane);
        WinogradInput.Of(column0.P3, column1.P3, column2.P3, column3.P3, column4.P3, column5.P3)
            .Store(products, target + 18 * plane, plane);
        WinogradInput.Of(column0.P4, column1.P4, column2.P4, column3.P4, column4.P4, column5.P4)
            .Store(products, target + 24 * plane, plane);
        WinogradInput.Of(column0.P5, column1.P5, column2.P5, column3.P5, column4.P5, column5.P5)
            .Store(products, target + 30 * plane, plane);
    }
}

/// <summary>Bᵀ times a column of six.</summary>
/// <remarks>
/// Written in differences, so that of six equal inputs all products but one are exactly zero, and the sixteen outputs
/// of a flat tile the same bits: a max pool then sees the ties that the exact values have.
/// </remarks>
internal struct WinogradInput
{
    public F16 P0;
    public F16 P1;
    public F16 P2;
    public F16 P3;
    public F16 P4;
    public F16 P5;

    public WinogradInput(F16 p0, F16 p1, F16 p2, F16 p3, F16 p4, F16 p5)
    {
        P0 = p0;
        P1 = p1;
        P2 = p2;
        P3 = p3;
        P4 = p4;
        P5 = p5;
    }

    public static WinogradInput Of(ArrayView<F16> input, int first, int rowPitch) => Of(
        input[first], input[first + rowPitch], input[first + 2 * rowPitch],
        input[first + 3 * rowPitch], input[first + 4 * rowPitch], input[first + 5 * rowPitch]);

    public static WinogradInput Of(F16 d0, F16 d1, F16 d2, F16 d3, F16 d4, F16 d5)
    {
        F16 two = F16.Broadcast(2f);
        F16 four = F16.Broadcast(4f);
        F16 minusFour = F16.Broadcast(-4f);
        F16 even = F16.MultiplyAdd(minusFour, d2, d4);
        F16 odd = F16.MultiplyAdd(minusFour, d1, d3);
        F16 evenFar = d4 - d2;
        F16 oddFar = two * (d3 - d1);
        return new WinogradInput(
            F16.MultiplyAdd(four, d0 - d2, d4 - d2),
            even + odd,
            even - odd,
            evenFar + oddFar,
            evenFar - oddFar,
            F16.MultiplyAdd(four, d1 - d3, d5 - d3));
    }

    /// <summary>Stores a row of six products.</summary>
    public readonly void Store(ArrayView<F16> products, int target, int plane)
    {
        products[target] = P0;
        products[target + plane] = P1;
        products[target + 2 * plane] = P2;
        products[target + 3 * plane] = P3;
        products[target + 4 * plane] = P4;
        products[target + 5 * plane] = P5;
    }
}

/// <summary>Aᵀ times a column of six.</summary>
internal struct WinogradOutput
{
    public F16 Q0;
    public F16 Q1;
    public F16 Q2;
    public F16 Q3;

    public WinogradOutput(F16 q0, F16 q1, F16 q2, F16 q3)
    {
        Q0 = q0;
        Q1 = q1;
        Q2 = q2;
        Q3 = q3;
    }

    public static WinogradOutput Of(ArrayView<F16> products, int first, int pitch) => Of(
        products[first], products[first + pitch], products[first + 2 * pitch],
        products[first + 3 * pitch], products[first + 4 * pitch], products[first + 5 * pitch]);

    public static WinogradOutput Of(F16 m0, F16 m1, F16 m2, F16 m3, F16 m4, F16 m5)
    {
        F16 even = m1 + m2;
        F16 odd = m1 - m2;
        F16 evenFar = m3 + m4;
        F16 oddFar = m3 - m4;
        return new WinogradOutput(
            m0 + even + evenFar,
            F16.MultiplyAdd(F16.Broadcast(2f), oddFar, odd),
            F16.MultiplyAdd(F16.Broadcast(4f), evenFar, even),
            F16.MultiplyAdd(F16.Broadcast(8f), oddFar, odd) + m5);
    }
}

/// <summary>Y = Aᵀ·M·A: the 4×4 outputs of a tile for 16 channels.</summary>
internal struct WinogradOutputTile
{
    public WinogradOutput Row0;
    public WinogradOutput Row1;
    public WinogradOutput Row2;
    public WinogradOutput Row3;

    /// <param name="products">36 planes of sums.</param>
    /// <param name="source">Where product 0 lies, in vectors.</param>
    /// <param name="plane">Vectors from one plane to the next.</param>
    public WinogradOutputTile(ArrayView<F16> products, int source, int plane)
    {
        WinogradOutput column0 = WinogradOutput.Of(products, source, 6 * plane);
        WinogradOutput column1 = WinogradOutput.Of(products, source + plane, 6 * plane);
        WinogradOutput column2 = WinogradOutput.Of(products, source + 2 * plane, 6 * plane);
        WinogradOutput column3 = WinogradOutput.Of(products, source + 3 * plane, 6 * plane);
        WinogradOutput column4 = WinogradOutput.Of(products, source + 4 * plane, 6 * plane);
        WinogradOutput column5 = WinogradOutput.Of(products, source + 5 * plane, 6 * plane);
        Row0 = WinogradOutput.Of(column0.Q0, column1.Q0, column2.Q0, column3.Q0, column4.Q0, column5.Q0);
        Row1 = WinogradOutput.Of(column0.Q1, column1.Q1, column2.Q1, column3.Q1, column4.Q1, column5.Q1);
        Row2 = WinogradOutput.Of(column0.Q2, column1.Q2, column2.Q2, column3.Q2, column4.Q2, column5.Q2);
        Row3 = WinogradOutput.Of(column0.Q3, column1.Q3, column2.Q3, column3.Q3, column4.Q3, column5.Q3);
    }
}
