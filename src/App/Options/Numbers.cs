using System.CommandLine;
using System.Globalization;

namespace IlgpuStyle.App.Options;

/// <summary>Options whose value is a number within bounds, refused with one sentence otherwise.</summary>
internal static class Numbers
{
    /// <summary>Of the largest whole number.</summary>
    private const int LargestDigits = 10;

    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(
        string name, string description, int least, int most = int.MaxValue) => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value)
                    && value >= least && value <= most)
                {
                    return value;
                }
                // What is too large for a whole number is 0 now.
                bool isTooLarge = value > most || (text.Length >= LargestDigits && text.All(char.IsAsciiDigit));
                string bounds = most < int.MaxValue ? $"from {least} to {most}"
                    : isTooLarge ? $"of at most {most}"
                    : $"of at least {least}";
                result.AddError($"{name} must be a whole number {bounds}, not '{text}'.");
                return null;
            },
        };

    /// <summary>A finite real number.</summary>
    public static Option<double?> Real(
        string name, string description, double least, bool exclusive = false,
        double most = double.PositiveInfinity) => new(name)
        {
            Description = description,
            HelpName = "X",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) && (exclusive ? value > least : value >= least) && value <= most)
                {
                    return value;
                }
                string bounds = double.IsFinite(most) ? $"from {least} to {most}"
                    : exclusive ? $"above {least}"
                    : $"of at least {least}";
                result.AddError($"{name} must be a number {bounds}, not '{text}'.");
                return null;
            },
        };
}
