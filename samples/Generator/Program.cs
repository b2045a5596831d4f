using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.Samples.Generator;
using IlgpuStyle.Samples.Generator.Landscape;
using IlgpuStyle.Samples.Generator.Painting;

int more = 0;
if (args.Length is not (1 or 2)
    || (args.Length == 2 && !int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out more)))
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project samples/Generator FOLDER [COUNT]
        Writes landscape.png and painting.png; with COUNT, the painting dabs.png and so many more landscapes instead:
        landscape-1.png, landscape-2.png, …
        """);
    return 2;
}

Directory.CreateDirectory(args[0]);
if (more == 0)
{
    Make("landscape.png", () => new Camera(new Scene(seed: 0)).TakePhotograph(640, 480));
    Make("painting.png", () => new Painter(seed: 7, Manner.Strokes).Paint(640, 480));
    return 0;
}
Make("dabs.png", () => new Painter(seed: 7, Manner.Dabs).Paint(640, 480));
for (int seed = 1; seed <= more; seed++)
    Make($"landscape-{seed}.png", () => new Camera(new Scene(seed)).TakePhotograph(480, 360));
return 0;

void Make(string name, Func<Bitmap> make)
{
    Stopwatch watch = Stopwatch.StartNew();
    string path = Path.Combine(args[0], name);
    make().SavePng(path);
    Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024} KiB, {watch.Elapsed.TotalSeconds:0.0} s");
}
