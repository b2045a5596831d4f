namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>A small array that a graph computes with: sizes, paddings, scales.</summary>
/// <param name="Values">The elements.</param>
/// <param name="Sides">Its shape; none for a single number.</param>
/// <param name="AreWhole">Whether they are whole numbers.</param>
internal sealed record ShapeValues(double[] Values, int[] Sides, bool AreWhole)
{
    /// <summary>More than any padding or size has.</summary>
    public const int Most = 256;

    /// <summary>A row of whole numbers.</summary>
    public static ShapeValues Row(params double[] values) => new(values, [values.Length], AreWhole: true);

    /// <summary>A constant's elements.</summary>
    /// <exception cref="FormatException">It is of a type, size or length that no shape has.</exception>
    public static ShapeValues Of(OnnxTensor tensor)
    {
        if (tensor.Sides.Any(side => side is < 0 or > Most) || Count(tensor.Sides) > Most)
            throw new FormatException($"has a size of {string.Join('×', tensor.Sides)}, which no shape has");
        int[] sides = [.. tensor.Sides.Select(side => (int)side)];
        return tensor.Type == OnnxTensor.FloatType
            ? new ShapeValues(Array.ConvertAll(tensor.ToFloats(), value => (double)value), sides, AreWhole: false)
            : new ShapeValues(Array.ConvertAll(tensor.ToNumbers(), value => (double)value), sides, AreWhole: true);
    }

    /// <summary>The elements of a shape; as far as it matters, because a damaged file's sides may be any.</summary>
    public static int Count(IEnumerable<long> sides) =>
        (int)sides.Aggregate(1L, (n, side) => Math.Min(n * side, 2 * Most));
}

/// <summary>
/// The operators by which exporters compute paddings and scales from sizes, instead of writing them down.
/// </summary>
internal static class ShapeArithmetic
{
    /// <summary>Whether an operator is one of them.</summary>
    public static bool Has(string type) => type is "Cast" or "Floor" or "Identity" or "Mul" or "Div" or "Add" or "Sub"
        or "Gather" or "Slice" or "Concat" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "ConstantOfShape";

    /// <summary>What a node makes of its inputs.</summary>
    /// <param name="node">Its operator is one of them.</param>
    /// <param name="inputs">At least one; null where an optional one is left out.</param>
    /// <exception cref="FormatException">They do not fit; the message is the end of a sentence.</exception>
    public static ShapeValues Compute(OnnxNode node, IReadOnlyList<ShapeValues?> inputs)
    {
        ShapeValues first = inputs[0] ?? throw Unfit();
        ShapeValues result = node.Operator switch
        {
            "Identity" => first,
            "Cast" => Cast(first, node.Attribute("to")?.Number ?? 0),
            "Floor" => first with { Values = Array.ConvertAll(first.Values, Math.Floor) },
            "Mul" => Each(first, Input(1), (a, b) => a * b),
            "Div" => Each(first, Input(1), (a, b) => first.AreWhole ? Math.Truncate(a / b) : a / b),
            "Add" => Each(first, Input(1), (a, b) => a + b),
            "Sub" => Each(first, Input(1), (a, b) => a - b),
            "Gather" => Gather(first, Input(1)),
            "Slice" => Slice(node, first, inputs),
            "Concat" => Concat(inputs),
            "Reshape" => Reshape(first, Input(1)),
            "Transpose" => Transpose(first),
            // Of a row, all that counts is whether it is one or a single number.
            "Squeeze" when first.Values.Length == 1 => first with { Sides = [] },
            "Unsqueeze" when first.Sides.Length == 0 => first with { Sides = [1] },
            "ConstantOfShape" => Fill(first, node.Attribute("value")?.Tensor),
            _ => throw Unfit(),
        };
        return Array.TrueForAll(result.Values, double.IsFinite)
            ? result
            : throw new FormatException("computes a number that is not finite");

        ShapeValues Input(int place) => place < inputs.Count ? inputs[place] ?? throw Unfit() : throw Unfit();
    }

    private static ShapeValues Cast(ShapeValues values, long type) => type switch
    {
        OnnxTensor.FloatType => values with { AreWhole = false },
        OnnxTensor.Int32Type or OnnxTensor.Int64Type =>
            new ShapeValues(Array.ConvertAll(values.Values, Math.Truncate), values.Sides, AreWhole: true),
        _ => throw Unfit(),
    };

    /// <summary>Element by element; a single number goes with each of the others.</summary>
    private static ShapeValues Each(ShapeValues a, ShapeValues b, Func<double, double, double> compute)
    {
        ShapeValues longer = a.Values.Length >= b.Values.Length && a.Sides.Length >= b.Sides.Length ? a : b;
        int count = longer.Values.Length;
        if ((a.Values.Length != 1 && a.Values.Length != count) || (b.Values.Length != 1 && b.Values.Length != count))
            throw Unfit();
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = compute(a.Values[a.Values.Length == 1 ? 0 : i], b.Values[b.Values.Length == 1 ? 0 : i]);
        return longer with { Values = values, AreWhole = a.AreWhole };
    }

    private static ShapeValues Gather(ShapeValues row, ShapeValues places) => row.Sides.Length == 1
        ? new ShapeValues(
            Array.ConvertAll(places.Values, place => row.Values[Place(place, row.Values.Length)]), places.Sides,
            row.AreWhole)
        : throw Unfit();

    /// <summary>Rows from a start to an end; these are attributes up to version 9, inputs from 10 on.</summary>
    private static ShapeValues Slice(OnnxNode node, ShapeValues values, IReadOnlyList<ShapeValues?> inputs)
    {
        double start = Bound("starts", 1) ?? throw Unfit();
        double end = Bound("ends", 2) ?? throw Unfit();
        double axis = Bound("axes", 3) ?? 0;
        double step = Bound("steps", 4) ?? 1;
        if (axis != 0 || step is not (1 or -1) || values.Sides.Length == 0 || values.Sides[0] == 0)
            throw Unfit();
        int rows = values.Sides[0];
        int width = values.Values.Length / rows;
        // As in NumPy: what is beyond the ends is clipped to them.
        int first = (int)Math.Clamp(start < 0 ? start + rows : start, step > 0 ? 0 : -1, step > 0 ? rows : rows - 1);
        int last = (int)Math.Clamp(end < 0 ? end + rows : end, -1, rows);
        var taken = new List<double>();
        for (int row = first; step > 0 ? row < last : row > last; row += (int)step)
            taken.AddRange(values.Values.AsSpan(row * width, width));
        return values with { Values = [.. taken], Sides = [taken.Count / Math.Max(1, width), .. values.Sides[1..]] };

        double? Bound(string attribute, int input) =>
            node.Attribute(attribute) is { } list ? list.Numbers is [var one] ? one : throw Unfit()
            : input < inputs.Count && inputs[input] is { } given ? given.Values is [var single] ? single : throw Unfit()
            : null;
    }

    private static ShapeValues Concat(IReadOnlyList<ShapeValues?> inputs) =>
        inputs.All(input => input is { Sides.Length: 1 })
        && inputs.Sum(input => input!.Values.Length) <= ShapeValues.Most
            ? ShapeValues.Row([.. inputs.SelectMany(input => input!.Values)]) with { AreWhole = inputs[0]!.AreWhole }
            : throw Unfit();

    private static ShapeValues Reshape(ShapeValues values, ShapeValues shape)
    {
        long[] sides = Array.ConvertAll(shape.Values, side => (long)Math.Clamp(side, -1, ShapeValues.Most));
        int left = Array.IndexOf(sides, -1);
        if (left >= 0)
            sides[left] = values.Values.Length / Math.Max(1, ShapeValues.Count(sides.Where(side => side >= 0)));
        return Array.TrueForAll(sides, side => side >= 0) && ShapeValues.Count(sides) == values.Values.Length
            ? values with { Sides = Array.ConvertAll(sides, side => (int)side) }
            : throw Unfit();
    }

    private static ShapeValues Transpose(ShapeValues values)
    {
        if (values.Sides is not [var rows, var columns])
            throw Unfit();
        double[] turned = new double[values.Values.Length];
        for (int i = 0; i < turned.Length; i++)
            turned[i] = values.Values[(i % rows * columns) + (i / rows)];
        return values with { Values = turned, Sides = [columns, rows] };
    }

    private static ShapeValues Fill(ShapeValues shape, OnnxTensor? value)
    {
        if (shape.Values is not [>= 0 and <= ShapeValues.Most and var count])
            throw Unfit();
        ShapeValues filling = value is null ? new ShapeValues([0], [1], AreWhole: false) : ShapeValues.Of(value);
        double[] values = new double[(int)count];
        Array.Fill(values, filling.Values is [var one] ? one : throw Unfit());
        return new ShapeValues(values, [values.Length], filling.AreWhole);
    }

    private static int Place(double place, int length)
    {
        double counted = place < 0 ? place + length : place;
        return counted >= 0 && counted < length ? (int)counted : throw Unfit();
    }

    private static FormatException Unfit() => new("computes a shape in a way that is not known");
}
