using IlgpuStyle.App;

return (int)CommandLine.Run(args, Console.Out, Console.Error);
