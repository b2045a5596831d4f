using System.CommandLine;
using System.Globalization;
using System.Numerics;
using IlgpuStyle.App.Bulk;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.StyleTransfer.Scores;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Sheet;

/// <summary>Makes the cells of a contact sheet, each as <c>stylize</c> makes its picture.</summary>
internal sealed class SheetMaker : IDisposable
{
    private const string Steps = "--iterations";

    private readonly StylizeCommand _stylize = new();
    private readonly Command _command;
    private readonly StylizeSession _session;
    private readonly InvocationConfiguration _streams;
    private readonly Action<string> _tell;
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-sheet-").FullName;

    /// <param name="device">What to compute on.</param>
    /// <param name="error">For messages of runs.</param>
    /// <param name="tell">Is told which weights are used.</param>
    /// <exception cref="DeviceException">It cannot be opened.</exception>
    public SheetMaker(string device, TextWriter error, Action<string> tell)
    {
        _tell = tell;
        _command = _stylize.ToCommand();
        _session = new StylizeSession(device, new FileHashes());
        _streams = new InvocationConfiguration { Output = TextWriter.Null, Error = error };
    }

    /// <summary>Refuses cells with wrong values before the first is made.</summary>
    /// <exception cref="UsageException">One has.</exception>
    public static void Check(IEnumerable<CellSettings> cells)
    {
        var stylize = new StylizeCommand();
        Command command = stylize.ToCommand();
        foreach (CellSettings cell in cells)
        {
            ParseResult parsed = RecordedCommand.Parse(command, [.. cell.Options, ["--output", "cell.png"]]);
            if (parsed.Errors is [var error, ..])
                throw new UsageException(error.Message);
            _ = stylize.Pictures.Recipe(parsed);
        }
    }

    /// <summary>Makes cells one after the other.</summary>
    /// <param name="cells">Cells that differ in their steps alone come from one run where that is the same.</param>
    /// <param name="size">See <c>--size</c>.</param>
    /// <returns>Fewer cells where the user has interrupted it.</returns>
    public IEnumerable<SheetCell> Make(IReadOnlyList<CellSettings> cells, string size)
    {
        foreach (IGrouping<string, CellSettings> run in cells.GroupBy(cell => string.Join(
            '\n', cell.Options.Where(option => option[0] != Steps).SelectMany(option => option))))
        {
            CellSettings[][] parts = IsPrefixOfLonger(run.First())
                ? [[.. run]]
                : [.. run.Select(cell => (CellSettings[])[cell])];
            foreach (CellSettings[] part in parts)
            {
                SheetCell[]? made = MakeOfOneRun(part, size);
                if (made is null)
                    yield break;
                foreach (SheetCell cell in made)
                    yield return cell;
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// Whether a shorter run gives what a longer one passes through: schedules look at the step alone, but later scales
    /// take a share of the steps, and the last picture is a candidate for the best only at a run's end.
    /// </summary>
    private bool IsPrefixOfLonger(CellSettings cell)
    {
        Recipe recipe = _stylize.Pictures.Recipe(Parse(cell.Options));
        return recipe.Scales is null && recipe.Result != ResultPicture.Best;
    }

    /// <summary>Makes cells that differ in their steps alone; null where the user has interrupted that.</summary>
    private SheetCell[]? MakeOfOneRun(CellSettings[] cells, string size)
    {
        int[] steps = [.. cells.Select(cell => _stylize.Pictures.Recipe(Parse(cell.Options)).Iterations)];
        string output = Path.Combine(_folder, "cell.png");
        string log = Path.Combine(_folder, "cell.csv");
        string[][] onTheWay = cells.Length == 1 ? [] : [["--save-every", Number(steps.Aggregate(Gcd))]];
        ParseResult command = Parse(
        [
            .. cells[0].Options.Where(option => option[0] is not (Steps or "--size")), ["--size", size],
            [Steps, Number(steps.Max())], ["--output", output], ["--log", log], ["--checkpoint-every", "never"],
            .. onTheWay, [QuietOption.Name],
        ]);
        Recipe recipe = _stylize.Pictures.Recipe(command);
        try
        {
            VggWeights weights = _session.LoadWeights(
                _stylize.Pictures.Weights(command), Vgg19.Deeper(recipe.DeepestLayer(), PictureScores.DeepestLayer),
                _stylize.Pictures.Seed(command), _tell).GetAwaiter().GetResult();
            if (_stylize.Run(command, _streams, resumed: null, _session) == ExitCode.Interrupted)
                return null;
            PreparedPictures pictures = _stylize.Pictures.Load(command, recipe, _ => { });
            double[] milliseconds = [.. File.ReadLines(log).Skip(1).Where(line => line[0] != '#')
                .Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))];
            var numbered = new NumberedPictures(output, every: null, iterations: 0);
            return
            [
                .. cells.Zip(steps, (cell, count) =>
                {
                    // An optimizer that stops before has the same result from there on.
                    string path = count < steps.Max() && File.Exists(numbered.At(count)) ? numbered.At(count) : output;
                    return new SheetCell(
                        cell, File.ReadAllBytes(path),
                        ResultScores.Of(_session.Engine, weights, recipe, pictures, PictureFile.LoadVisible(path, 1)),
                        milliseconds.Take(count).Sum() / 1000, Failure: null);
                }),
            ];
        }
        catch (Exception exception) when (Failure.IsExpected(exception) && exception is not WeightFileException)
        {
            return [.. cells.Select(cell => new SheetCell(cell, null, null, 0, Failure.Sentence(exception)))];
        }
        finally
        {
            foreach (string file in Directory.EnumerateFiles(_folder))
                File.Delete(file);
        }
    }

    private ParseResult Parse(string[][] options) => RecordedCommand.Parse(_command, options);

    private static int Gcd(int a, int b) => (int)BigInteger.GreatestCommonDivisor(a, b);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
