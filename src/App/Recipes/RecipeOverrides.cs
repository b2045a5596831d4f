using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Text;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Recipes;

/// <summary>
/// Values that override a preset's, from a JSON file or from <c>--set KEY=VALUE</c>. Every key and value is checked
/// against the recipe's records, and against the ranges that their properties carry.
/// </summary>
internal sealed class RecipeOverrides
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    private readonly string _source;
    private readonly bool _takesPrinted;

    /// <param name="source">Where the values come from, for messages.</param>
    /// <param name="takesPrinted">Whether a value may have the form in which it is printed too.</param>
    private RecipeOverrides(string source, bool takesPrinted)
    {
        _source = source;
        _takesPrinted = takesPrinted;
    }

    /// <summary>The preset with a file's values.</summary>
    /// <exception cref="InputFileException">The file cannot be read, or is not JSON.</exception>
    /// <exception cref="UsageException">It is no JSON object, or has an unknown key or a wrong value.</exception>
    public static Recipe FromFile(string path, Recipe preset) =>
        new RecipeOverrides($"Recipe '{path}'", takesPrinted: false).Apply(preset, Parse(path));

    /// <summary>
    /// The preset with values given as KEY=VALUE, the key as <c>presets show</c> prints it: its parts with dots between
    /// them. The value is JSON, or what is printed; what is neither is a text.
    /// </summary>
    /// <exception cref="UsageException">One is no KEY=VALUE, or has an unknown key or a wrong value.</exception>
    public static Recipe FromAssignments(IReadOnlyList<string> assignments, Recipe preset)
    {
        var values = new JsonObject();
        foreach (string assignment in assignments)
        {
            if (assignment.Split('=', 2) is not [{ Length: > 0 } key, string value])
            {
                throw new UsageException(
                    $"--set must be KEY=VALUE, such as learning_rate.decay=0.9, not '{assignment}'.");
            }
            Place(values, key, ParseValue(value));
        }
        return new RecipeOverrides("--set", takesPrinted: true).Apply(preset, values);
    }

    private static void Place(JsonObject values, string key, JsonNode? value)
    {
        string[] parts = key.Split('.');
        foreach (string part in parts.SkipLast(1))
        {
            if (values[part] is not JsonObject inner)
                values[part] = inner = [];
            values = inner;
        }
        values[parts[^1]] = value;
    }

    private static JsonNode? ParseValue(string text)
    {
        try
        {
            return ReadJson("--set", text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonNode? Parse(string path)
    {
        if (Directory.Exists(path))
            throw new InputFileException($"Recipe '{path}' is a folder; --recipe takes a JSON file of overrides.");
        if (RecipeTag.IsPicture(path))
            return RecipeTag.Load(path).Recipe;
        try
        {
            return ReadJson($"Recipe '{path}'", File.ReadAllText(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException(
                $"Recipe '{path}' {MissingFile.Reason(path)}; --recipe takes a JSON file of overrides, such as "
                + "{\"iterations\": 200}.", missing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"Recipe '{path}' cannot be read: {MissingFile.Reason(exception)}.", exception);
        }
        catch (JsonException exception)
        {
            throw new InputFileException(
                exception.LineNumber is { } line && exception.BytePositionInLine is { } column
                    ? $"Recipe '{path}' is not JSON at line {line + 1}, column {column + 1}."
                    : $"Recipe '{path}' has a key twice.",
                exception);
        }
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="UsageException">It spells half of a character, which .NET refuses to read.</exception>
    private static JsonNode? ReadJson(string source, string text)
    {
        try
        {
            JsonNode? values = JsonNode.Parse(text, documentOptions: Strict);
            ReadAll(values);
            return values;
        }
        catch (InvalidOperationException)
        {
            throw new UsageException(
                $"{source}: half of a surrogate pair (\\ud800 to \\udfff) is no character: give both halves.");
        }

        static void ReadAll(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject entries:
                    foreach ((_, JsonNode? value) in entries)
                        ReadAll(value);
                    break;
                case JsonArray elements:
                    foreach (JsonNode? element in elements)
                        ReadAll(element);
                    break;
                default:
                    _ = node?.ToString();
                    break;
            }
        }
    }

    private Recipe Apply(Recipe preset, JsonNode? values)
    {
        JsonNode? merged = Merge(RecipeJson.ToNode(preset), values, typeof(Recipe), property: null, key: "");
        Recipe recipe = merged.Deserialize<Recipe>(RecipeJson.Options)!;
        return recipe with
        {
            Content = recipe.Content with { Layers = KnownLayers("content.layers", recipe.Content.Layers) },
            Style = recipe.Style with { Layers = KnownLayers("style.layers", recipe.Style.Layers) },
        };
    }

    /// <summary>
    /// The preset's value with the given one in its place, or for an object with the given keys in it.
    /// </summary>
    private JsonNode? Merge(JsonNode? preset, JsonNode? given, Type type, JsonPropertyInfo? property, string key)
    {
        JsonTypeInfo info = RecipeJson.Options.GetTypeInfo(type);
        if (_takesPrinted)
            given = FromPrinted(given, info, property);
        if (given is null && property is { IsSetNullable: true })
            return null;
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                return MergeObject(preset?.AsObject(), Expect<JsonObject>(given, type, key), info, key);
            case JsonTypeInfoKind.Enumerable:
                JsonArray elements = Expect<JsonArray>(given, type, key);
                return elements.Count == 0
                    ? throw Wrong(key, "must not be empty")
                    : new JsonArray([.. elements.Select(
                        (element, i) => Merge(null, element, info.ElementType!, property: null, $"{key}[{i}]"))]);
            default:
                CheckValue(given, type, property, key);
                return given?.DeepClone();
        }
    }

    /// <summary>A value from the form in which <see cref="RecipeJson.ToRows"/> prints it.</summary>
    private static JsonNode? FromPrinted(JsonNode? given, JsonTypeInfo info, JsonPropertyInfo? property)
    {
        if (given is not JsonValue value || !value.TryGetValue(out string? text))
            return given;
        if (text == RecipeJson.None && property is { IsSetNullable: true })
            return null;
        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => new JsonArray(
                [.. text.Split(',', StringSplitOptions.TrimEntries).Select(element => JsonValue.Create(element))]),
            JsonTypeInfoKind.Object when property is null => new JsonObject(info.Properties
                .Zip(text.Split(':', info.Properties.Count))
                .Select(pair => KeyValuePair.Create(pair.First.Name, ParseValue(pair.Second)))),
            _ => given,
        };
    }

    private JsonObject MergeObject(JsonObject? preset, JsonObject given, JsonTypeInfo info, string key)
    {
        bool hasKinds = info.PolymorphismOptions is not null;
        if (info.PolymorphismOptions is { } kinds)
        {
            info = FindKind(preset, given, kinds, key);
            preset = Shared(preset, info);
        }
        JsonObject merged = preset?.DeepClone().AsObject() ?? [];
        foreach ((string name, JsonNode? value) in given)
        {
            JsonPropertyInfo? property = info.Properties.FirstOrDefault(known => known.Name == name);
            if (property is not null)
                merged[name] = Merge(preset?[name], value, property.PropertyType, property, Join(key, name));
            else if (hasKinds && name == RecipeJson.Kind)
                merged[name] = value!.DeepClone(); // FindKind has checked it.
            else
            {
                throw Wrong(
                    Join(key, name),
                    $"is unknown: the keys are {string.Join(", ", info.Properties.Select(known => known.Name))}");
            }
        }
        if (info.Properties.FirstOrDefault(known => known.IsRequired && !merged.ContainsKey(known.Name)) is { } missing)
            throw Wrong(Join(key, missing.Name), "is missing");
        return merged;
    }

    private JsonTypeInfo FindKind(
        JsonObject? preset, JsonObject given, JsonPolymorphismOptions kinds, string key)
    {
        JsonNode? original = preset?[RecipeJson.Kind];
        JsonNode? kind = given.TryGetPropertyValue(RecipeJson.Kind, out JsonNode? chosen) ? chosen : original;
        string[] words = [.. kinds.DerivedTypes.Select(derived => (string)derived.TypeDiscriminator!)];
        int index = Array.IndexOf(words, kind?.ToString());
        return index < 0
            ? throw Wrong(Join(key, RecipeJson.Kind), $"must be {Words.List(words)}, not {Show(kind)}")
            : RecipeJson.Options.GetTypeInfo(kinds.DerivedTypes[index].DerivedType);
    }

    /// <summary>Of a preset's values those that a kind has too.</summary>
    private static JsonObject? Shared(JsonObject? preset, JsonTypeInfo kind) => preset is null ? null : new JsonObject(
        preset.Where(value => value.Key == RecipeJson.Kind || kind.Properties.Any(known => known.Name == value.Key))
            .Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone())));

    private void CheckValue(JsonNode? given, Type type, JsonPropertyInfo? property, string key)
    {
        RangeAttribute? range = property?.AttributeProvider?
            .GetCustomAttributes(typeof(RangeAttribute), inherit: true).OfType<RangeAttribute>().FirstOrDefault();
        bool valid;
        try
        {
            object? value = given.Deserialize(type, RecipeJson.Options);
            valid = value is not (null or double.PositiveInfinity or double.NegativeInfinity)
                && range?.IsValid(value) != false;
        }
        catch (JsonException)
        {
            valid = false;
        }
        if (!valid)
            throw Wrong(key, $"must be {Describe(type)}{Describe(range)}, not {Show(given)}");
    }

    private T Expect<T>(JsonNode? given, Type type, string key)
        where T : JsonNode =>
        given as T ?? throw Wrong(key, $"must be {Describe(type)}, not {Show(given)}");

    /// <summary>The layers by Keras's names.</summary>
    /// <exception cref="UsageException">VGG19 lacks one, or one comes twice.</exception>
    private LayerWeight[] KnownLayers(string key, IReadOnlyList<LayerWeight> given)
    {
        LayerWeight[] layers = [.. given.Select(layer => layer with { Layer = Vgg19.KerasName(layer.Layer) })];
        foreach (LayerWeight layer in layers)
        {
            if (Vgg19.Refusal(layer.Layer) is { } refusal)
                throw Wrong(key, $"has a wrong name: {refusal}");
            if (layers.Count(other => other.Layer == layer.Layer) > 1)
                throw Wrong(key, $"has {layer.Layer} twice");
        }
        return layers;
    }

    private UsageException Wrong(string key, string problem) =>
        new($"{_source}: {(key.Length == 0 ? "the whole" : key)} {problem}.");

    private static string Join(string key, string name) => key.Length == 0 ? name : $"{key}.{name}";

    private static string Show(JsonNode? value) => value?.ToJsonString(RecipeJson.OneLine) ?? "null";

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(double) => "a number",
            _ when type == typeof(int) => "a whole number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text",
            _ when type == typeof((int, int)) => RequestedSize.Described,
            { IsEnum: true } => Words.List(Words.Of(type)),
            _ => RecipeJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Enumerable ? "a list" : "an object",
        };
    }

    private static string Describe(RangeAttribute? range)
    {
        if (range is null)
            return "";
        bool bounded = double.IsFinite(Convert.ToDouble(range.Maximum, null));
        if (!bounded)
            return range.MinimumIsExclusive ? $" above {range.Minimum}" : $" of at least {range.Minimum}";
        return $" from {range.Minimum} to {(range.MaximumIsExclusive ? "below " : "")}{range.Maximum}";
    }
}
