namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>The eigenvalues of a symmetric matrix, on the host in double precision.</summary>
/// <remarks>
/// Householder's reduction to a tridiagonal matrix, whose eigenvalues the implicit QL iteration finds. Source: Golub
/// and Van Loan 2013, Matrix Computations, sections 8.3.1 and 8.3.3. About 4/3·n³ operations.
/// </remarks>
internal static class SymmetricEigenvalues
{
    private const int MostIterations = 60;

    /// <summary>
    /// A column shorter than this share of the largest element is rounding, and a reflection by it no number.
    /// </summary>
    private const double LeastColumn = 1e-20;

    /// <summary>The n eigenvalues in no order.</summary>
    /// <param name="matrix">n × n values, row by row; overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="ArithmeticException">The matrix is not finite.</exception>
    public static double[] Of(double[] matrix, int n)
    {
        double[] diagonal = new double[n];
        double[] beside = new double[n];
        Tridiagonalize(matrix, n, diagonal, beside);
        for (int first = 0; first < n; first++)
            Isolate(diagonal, beside, first);
        return diagonal;
    }

    /// <summary>The diagonal, and beside[i] between i and i + 1.</summary>
    private static void Tridiagonalize(double[] a, int n, double[] diagonal, double[] beside)
    {
        double[] v = new double[n];
        double[] w = new double[n];
        double least = LeastColumn * a.Max(Math.Abs);
        for (int k = 0; k < n - 1; k++)
        {
            diagonal[k] = a[k * n + k];
            double norm = 0;
            for (int i = k + 1; i < n; i++)
                norm += a[i * n + k] * a[i * n + k];
            norm = Math.Sqrt(norm);
            double head = a[(k + 1) * n + k];
            double alpha = head > 0 ? -norm : norm;
            beside[k] = alpha;
            // v = x − α·e₁, H = 1 − 2·v·vᵀ/vᵀv.
            double squares = 2 * alpha * (alpha - head);
            if (norm <= least)
                continue;
            for (int i = k + 1; i < n; i++)
                v[i] = a[i * n + k];
            v[k + 1] -= alpha;
            ReflectBothSides(a, n, k + 1, v, w, 2 / squares);
        }
        diagonal[n - 1] = a[n * n - 1];
    }

    /// <summary>A ← H·A·H of the rows and columns from one on: A − v·wᵀ − w·vᵀ, w = f·A·v − f²/2·(vᵀ·A·v)·v.</summary>
    private static void ReflectBothSides(double[] a, int n, int from, double[] v, double[] w, double factor)
    {
        Parallel.For(from, n, row =>
        {
            double sum = 0;
            for (int column = from; column < n; column++)
                sum += a[row * n + column] * v[column];
            w[row] = factor * sum;
        });
        double product = 0;
        for (int i = from; i < n; i++)
            product += v[i] * w[i];
        for (int i = from; i < n; i++)
            w[i] -= factor / 2 * product * v[i];
        Parallel.For(from, n, row =>
        {
            for (int column = from; column < n; column++)
                a[row * n + column] -= v[row] * w[column] + w[row] * v[column];
        });
    }

    /// <summary>Turns until nothing is beside the first of the values that are left.</summary>
    private static void Isolate(double[] d, double[] e, int first)
    {
        int n = d.Length;
        for (int iteration = 0; ; iteration++)
        {
            int last = first;
            while (last < n - 1 && Math.Abs(e[last]) > 1e-16 * (Math.Abs(d[last]) + Math.Abs(d[last + 1])))
                last++;
            if (last == first)
                return;
            if (iteration == MostIterations || !double.IsFinite(d[first]))
                throw new ArithmeticException("The eigenvalues of a matrix that is not finite were asked for.");
            Turn(d, e, first, last);
        }
    }

    /// <summary>One implicit QL step with Wilkinson's shift on the values from first to last.</summary>
    private static void Turn(double[] d, double[] e, int first, int last)
    {
        double g = (d[first + 1] - d[first]) / (2 * e[first]);
        g = d[last] - d[first] + e[first] / (g + Math.CopySign(Math.Sqrt(g * g + 1), g));
        double sine = 1;
        double cosine = 1;
        double p = 0;
        for (int i = last - 1; i >= first; i--)
        {
            double f = sine * e[i];
            double b = cosine * e[i];
            double radius = Math.Sqrt(f * f + g * g);
            e[i + 1] = radius;
            if (radius == 0)
            {
                d[i + 1] -= p;
                e[last] = 0;
                return;
            }
            sine = f / radius;
            cosine = g / radius;
            g = d[i + 1] - p;
            radius = (d[i] - g) * sine + 2 * cosine * b;
            p = sine * radius;
            d[i + 1] = g + p;
            g = cosine * radius - b;
        }
        d[first] -= p;
        e[first] = g;
        e[last] = 0;
    }
}
