using System.Globalization;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Synthetic;

// Lists the launches of one step in order, as bench/gpu_estimate.py asks for them: PRESET OPTIMIZER WIDTH HEIGHT, with
// "-" for the preset's own optimizer. A line a launch: operation, kernel, FLOP and least bytes, between tabs. Pictures
// and weights are no particular ones.
Recipe recipe = Presets.Find(args[0]);
if (args[1] != "-")
    recipe = NamedOptimizer.All.Single(optimizer => optimizer.Name == args[1]).ApplyTo(recipe);
int width = int.Parse(args[2], CultureInfo.InvariantCulture);
int height = int.Parse(args[3], CultureInfo.InvariantCulture);
VggWeights weights = SyntheticWeights.Draw(0, [new CalibrationPicture(32, 32, new float[3 * 32 * 32])]);
using Engine engine = Engine.Open("cuda");
var picture = new RgbPicture(height, width, new float[3 * height * width]);
using var job = new StyleTransferJob(
    engine, weights, recipe, [new ScalePictures(picture, [new StylePicture(picture)], Start: picture)]);
foreach (LaunchRecord launch in job.Profile(steps: 1))
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{launch.Operation}\t{launch.Kernel}\t{launch.FloatingPointOperations:g9}\t{launch.Bytes:g9}"));
}
