using System.Numerics;

namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>Comparisons of two vectors, in double precision.</summary>
internal static class Vectors
{
    /// <summary>aᵀb/(‖a‖·‖b‖): 1 where both are 0, 0 where one is.</summary>
    public static double Cosine<T>(T[] a, T[] b)
        where T : struct, INumber<T>
    {
        double product = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = double.CreateChecked(a[i]);
            double y = double.CreateChecked(b[i]);
            product += x * y;
            squaresOfA += x * x;
            squaresOfB += y * y;
        }
        double lengths = Math.Sqrt(squaresOfA) * Math.Sqrt(squaresOfB);
        return lengths > 0 ? product / lengths : squaresOfA == squaresOfB ? 1 : 0;
    }

    /// <summary>‖a − b‖²/‖b‖².</summary>
    public static double RelativeDistance(float[] a, float[] b)
    {
        (double distance, double squares) = SquaredDistance(a, b);
        return squares > 0 ? distance / squares : distance;
    }

    /// <summary>‖a − b‖² and ‖b‖².</summary>
    public static (double Distance, double Squares) SquaredDistance(float[] a, float[] b)
    {
        double distance = 0;
        double squares = 0;
        for (int i = 0; i < b.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            distance += difference * difference;
            squares += (double)b[i] * b[i];
        }
        return (distance, squares);
    }
}
