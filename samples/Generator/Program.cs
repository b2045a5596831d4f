using System.Diagnostics;
using IlgpuStyle.Samples.Generator;
using IlgpuStyle.Samples.Generator.Landscape;
using IlgpuStyle.Samples.Generator.Painting;

if (args.Length != 1)
{
    Console.Error.WriteLine(
        "Usage: dotnet run -c Release --project samples/Generator FOLDER   (writes landscape.png and painting.png)");
    return 2;
}

Directory.CreateDirectory(args[0]);
Make("landscape.png", () => new Camera(new Scene()).TakePhotograph(640, 480));
Make("painting.png", () => new Painter(seed: 7).Paint(640, 480));
return 0;

void Make(string name, Func<Bitmap> make)
{
    Stopwatch watch = Stopwatch.StartNew();
    string path = Path.Combine(args[0], name);
    make().SavePng(path);
    Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024} KiB, {watch.Elapsed.TotalSeconds:0.0} s");
}
