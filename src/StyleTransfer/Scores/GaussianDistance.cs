namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>
/// The squared Wasserstein-2 distance of two Gaussians over the second one's trace:
/// (Σ (μ − μ*)² + tr Σ + tr Σ* − 2·tr (Σ*^½·Σ·Σ*^½)^½)/tr Σ*, on the host in double precision.
/// </summary>
/// <remarks>
/// With Σ* = L·Lᵀ the last trace is the sum of the roots of the eigenvalues of Lᵀ·Σ·L. Covariances may be singular, as
/// those of layers with fewer pixels than channels are. Source: Dowson and Landau 1982.
/// </remarks>
internal static class GaussianDistance
{
    /// <summary>A pivot below this share of the largest variance is rounding.</summary>
    private const double LeastPivot = 1e-12;

    /// <summary>The distance; 1 at least stands for a trace of 0.</summary>
    /// <param name="secondMoment">FᵀF/M, C × C.</param>
    /// <param name="means">C values.</param>
    /// <param name="targetSecondMoment">The style's.</param>
    /// <param name="targetMeans">The style's.</param>
    public static double Relative(
        float[] secondMoment, float[] means, float[] targetSecondMoment, float[] targetMeans)
    {
        int n = means.Length;
        double[] covariance = Covariance(secondMoment, means);
        double[] target = Covariance(targetSecondMoment, targetMeans);
        double distance = Trace(covariance, n) + Trace(target, n);
        for (int i = 0; i < n; i++)
            distance += ((double)means[i] - targetMeans[i]) * ((double)means[i] - targetMeans[i]);
        double trace = Trace(target, n);
        double[] product = Congruence(Cholesky(target, n), covariance, n);
        double roots = SymmetricEigenvalues.Of(product, n).Sum(value => Math.Sqrt(Math.Max(0, value)));
        return Math.Max(0, distance - 2 * roots) / (trace > 0 ? trace : 1);
    }

    private static double[] Covariance(float[] secondMoment, float[] means)
    {
        int n = means.Length;
        double[] covariance = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++)
            {
                // The mean of both triangles: rounding may tell them apart.
                covariance[row * n + column] = ((double)secondMoment[row * n + column] + secondMoment[column * n + row]) / 2
                    - (double)means[row] * means[column];
            }
        }
        return covariance;
    }

    private static double Trace(double[] matrix, int n)
    {
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += matrix[i * n + i];
        return trace;
    }

    /// <summary>L of A = L·Lᵀ, n × n; a column whose pivot is rounding is 0.</summary>
    private static double[] Cholesky(double[] a, int n)
    {
        double[] l = new double[n * n];
        double largest = 0;
        for (int i = 0; i < n; i++)
            largest = Math.Max(largest, a[i * n + i]);
        for (int column = 0; column < n; column++)
        {
            double pivot = a[column * n + column] - Product(l, column, l, column, n, column);
            if (!(pivot > LeastPivot * largest))
                continue;
            double root = Math.Sqrt(pivot);
            l[column * n + column] = root;
            int at = column;
            Parallel.For(column + 1, n, row =>
                l[row * n + at] = (a[row * n + at] - Product(l, row, l, at, n, at)) / root);
        }
        return l;
    }

    /// <summary>Lᵀ·A·L.</summary>
    private static double[] Congruence(double[] l, double[] a, int n)
    {
        double[] transposed = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++)
                transposed[column * n + row] = l[row * n + column];
        }
        // A is symmetric: the rows of Lᵀ·A are products with its rows.
        double[] half = Rows(transposed, a);
        return Rows(half, transposed);

        double[] Rows(double[] x, double[] y)
        {
            double[] result = new double[n * n];
            Parallel.For(0, n, row =>
            {
                for (int column = 0; column < n; column++)
                    result[row * n + column] = Product(x, row, y, column, n, n);
            });
            return result;
        }
    }

    /// <summary>The product of the first elements of a row of each.</summary>
    private static double Product(double[] x, int rowOfX, double[] y, int rowOfY, int n, int count)
    {
        ReadOnlySpan<double> left = x.AsSpan(rowOfX * n, count);
        ReadOnlySpan<double> right = y.AsSpan(rowOfY * n, count);
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
