using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IlgpuStyle.App.Text;

/// <summary>What commands print as JSON.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Form = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // The reader is no web page: apostrophes may stay.
    };

    /// <summary>The text of one value, over several lines.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Form))
            write(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
