namespace IlgpuStyle.App.Images;

/// <summary>Functions of small symmetric matrices, by their eigenvalues.</summary>
internal static class SymmetricMatrix
{
    private const int MaximumSweeps = 50;

    /// <summary>f(A) = V · diag(f(λ)) · Vᵀ for A = V · diag(λ) · Vᵀ.</summary>
    /// <remarks>Source: cyclic Jacobi rotations, Golub and Van Loan, "Matrix Computations", 8.5.</remarks>
    public static double[,] Map(double[,] matrix, Func<double, double> function)
    {
        int n = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        double[,] v = new double[n, n];
        for (int i = 0; i < n; i++)
            v[i, i] = 1;
        for (int sweep = 0; sweep < MaximumSweeps && !IsDiagonal(a); sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                    Rotate(a, v, p, q);
            }
        }
        double[,] result = new double[n, n];
        for (int k = 0; k < n; k++)
        {
            double value = function(a[k, k]);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    result[i, j] += v[i, k] * value * v[j, k];
            }
        }
        return result;
    }

    /// <summary>The matrix product.</summary>
    public static double[,] Multiply(double[,] left, double[,] right)
    {
        int n = left.GetLength(0);
        double[,] product = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++)
                    product[i, j] += left[i, k] * right[k, j];
            }
        }
        return product;
    }

    private static bool IsDiagonal(double[,] a)
    {
        double diagonal = 0;
        double rest = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
            {
                if (i == j)
                    diagonal += a[i, j] * a[i, j];
                else
                    rest += a[i, j] * a[i, j];
            }
        }
        return rest <= 1e-30 * diagonal;
    }

    /// <summary>Turns the plane of axes p and q so that a[p, q] becomes zero: a ← Jᵀ·a·J, v ← v·J.</summary>
    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        double tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double tangent = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        double sine = tangent * cosine;
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
            (v[k, p], v[k, q]) = ((cosine * v[k, p]) - (sine * v[k, q]), (sine * v[k, p]) + (cosine * v[k, q]));
        }
        for (int k = 0; k < n; k++)
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
    }
}
