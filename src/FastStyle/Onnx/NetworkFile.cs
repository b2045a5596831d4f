using Google.Protobuf;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>Style networks as ONNX files.</summary>
/// <remarks>
/// Written: operators of version 13, pictures of any height and width, [1, 3, H, W] RGB from 0 to 255, metadata as
/// metadata_props. Read: those, and networks of the same operators of versions 7 to 25 (<see cref="NetworkReader"/>).
/// Source: onnx/docs/IR.md and Operators.md.
/// </remarks>
public static class NetworkFile
{
    /// <summary>More than ten times what the largest published ones take.</summary>
    private const long LargestFile = 256L << 20;

    /// <summary>Writes a network.</summary>
    public static void Write(Stream stream, StyleNetwork network)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(network);
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        NetworkWriter.ToModel(network).Write(output);
    }

    /// <summary>Reads a network.</summary>
    /// <exception cref="NetworkFileException">
    /// The file is missing, unreadable, damaged, no ONNX, or holds what no style network does.
    /// </exception>
    public static StyleNetwork Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new NetworkFileException($"'{path}' is a folder, not an ONNX file.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (!stream.CanSeek)
                throw new NetworkFileException($"'{path}' is a pipe; name a file.");
            if (stream.Length > LargestFile)
            {
                throw new NetworkFileException(
                    $"'{path}' is no style network: it has {stream.Length >> 20} MiB, and those have less than "
                    + $"{LargestFile >> 20}.");
            }
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            return Parse(path, file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NetworkFileException($"'{path}' {MissingFile.Reason(path)}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkFileException($"'{path}' cannot be read: {MissingFile.Reason(exception)}.", exception);
        }
    }

    /// <summary>Reads a network from a file's bytes; its name is for messages.</summary>
    /// <exception cref="NetworkFileException">As <see cref="Read"/>.</exception>
    internal static StyleNetwork Parse(string name, byte[] file)
    {
        OnnxModel model;
        try
        {
            model = OnnxModel.Parse(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new NetworkFileException($"'{name}' is no ONNX file, or it is damaged.", exception);
        }
        return model.Graph is { } graph && model.Opsets.Count > 0
            ? new NetworkReader(name, model, graph).Read()
            : throw new NetworkFileException($"'{name}' is no ONNX file, or it is damaged: it holds no graph.");
    }
}
