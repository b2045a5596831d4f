using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Text;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Recipes;

/// <summary>
/// A recipe as JSON: its record's properties as keys in snake_case, enumerations as words. Where a property is one of
/// several records (the optimizer), the key "kind" says which.
/// </summary>
internal static class RecipeJson
{
    /// <summary>The key that says which record a property holds.</summary>
    public const string Kind = "kind";

    /// <summary>How a value that is not there is printed.</summary>
    public const string None = "none";

    /// <summary>How recipes are written and read.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(Words.Naming, allowIntegerValues: false), new SidesConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddKinds } },
        RespectRequiredConstructorParameters = true,
        AllowOutOfOrderMetadataProperties = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How a value is quoted in a message.</summary>
    public static JsonSerializerOptions OneLine { get; } = new(Options) { WriteIndented = false };

    /// <summary>Every value of a recipe.</summary>
    public static JsonObject ToNode(Recipe recipe) => JsonSerializer.SerializeToNode(recipe, Options)!.AsObject();

    /// <summary>Every value of a recipe, one a line, the same keys with dots between them.</summary>
    public static IEnumerable<string> ToLines(JsonObject recipe)
    {
        (string Key, string Value)[] rows = [.. ToRows(recipe)];
        int width = rows.Max(row => row.Key.Length) + 2;
        return rows.Select(row => row.Key.PadRight(width) + row.Value);
    }

    /// <summary>Every value of a recipe under its key, the parts of which have dots between them.</summary>
    public static IEnumerable<(string Key, string Value)> ToRows(JsonObject recipe) => Flatten("", recipe);

    private static IEnumerable<(string Key, string Value)> Flatten(string prefix, JsonObject values)
    {
        foreach ((string name, JsonNode? value) in values)
        {
            if (value is not JsonObject nested)
            {
                yield return (prefix + name, Text(value));
                continue;
            }
            foreach ((string, string) row in Flatten($"{prefix}{name}.", nested))
                yield return row;
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => None,
        JsonArray list => string.Join(", ", list.Select(Text)),
        JsonObject entry => string.Join(':', entry.Select(pair => Text(pair.Value))),
        _ => value.ToString(),
    };

    /// <summary>
    /// Every record that takes an abstract one's place is a kind of it, named without the words that both names end in:
    /// AdamSettings is the kind adam of OptimizerSettings. So a new one needs no entry here.
    /// </summary>
    private static void AddKinds(JsonTypeInfo info)
    {
        if (!info.Type.IsAbstract || info.Type.Assembly != typeof(Recipe).Assembly)
            return;
        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = Kind };
        foreach (Type type in info.Type.Assembly.GetTypes().Where(type => type.BaseType == info.Type))
        {
            int same = WordsOf(type).Reverse().Zip(WordsOf(info.Type).Reverse())
                .TakeWhile(pair => pair.First == pair.Second).Sum(pair => pair.First.Length);
            info.PolymorphismOptions.DerivedTypes.Add(
                new JsonDerivedType(type, Words.Naming.ConvertName(type.Name[..^same])));
        }

        static string[] WordsOf(Type type) => Regex.Split(type.Name, "(?<=.)(?=[A-Z])");
    }

    /// <summary>Height and width as "WIDTHxHEIGHT", as on the command line.</summary>
    private sealed class SidesConverter : JsonConverter<(int Height, int Width)>
    {
        public override (int Height, int Width) Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            int[] sides =
                reader.TokenType == JsonTokenType.String ? RequestedSize.ParseSides(reader.GetString()!) : [];
            return sides is [int width, int height] ? (height, width) : throw new JsonException();
        }

        public override void Write(
            Utf8JsonWriter writer, (int Height, int Width) value, JsonSerializerOptions options) =>
            writer.WriteStringValue($"{value.Width}x{value.Height}");
    }
}
