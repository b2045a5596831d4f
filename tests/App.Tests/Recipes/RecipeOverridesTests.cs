using System.Text.Json.Nodes;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Recipes;

public sealed class RecipeOverridesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    public static TheoryData<string> PresetNames => [.. Presets.All.Select(preset => preset.Name)];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(PresetNames))]
    public void What_show_prints_makes_any_preset_that_preset(string name)
    {
        string shown = CommandLineAssert.Succeeds("presets", "show", name, "--json");
        foreach (Recipe other in Presets.All)
            Assert.Equal(shown.Trim(), RecipeJson.ToNode(Read(shown, other)).ToJsonString(RecipeJson.Options));
    }

    [Theory]
    [MemberData(nameof(PresetNames))]
    public void Show_prints_every_value_on_a_line(string name)
    {
        string shown = CommandLineAssert.Succeeds("presets", "show", name);
        Recipe recipe = Presets.Find(name);
        Assert.Matches($@"(?m)^content\.weight +{recipe.Content.Weight}\r?$", shown);
        Assert.Matches($@"(?m)^content\.layers +{recipe.Content.Layers[0].Layer}:1\r?$", shown);
        Assert.Matches($@"(?m)^learning_rate\.initial +{recipe.LearningRate.Initial}\r?$", shown);
        Assert.Matches($@"(?m)^iterations +{recipe.Iterations}\r?$", shown);
        Assert.Matches("(?m)^optimizer.kind +[a-z]+\r?$", shown);
    }

    [Fact]
    public void Values_override_their_own_and_nothing_else() => Assert.Equal(
        Presets.Keras with
        {
            Content = Presets.Keras.Content with { Weight = 0.25 },
            LearningRate = Presets.Keras.LearningRate with { DecaySteps = 7 },
            TotalVariation = null,
            Clamp = true,
        },
        WithoutLists(Read(
            """
            {
              // a remark
              "content": { "weight": 0.25 },
              "learning_rate": { "decay_steps": 7 },
              "total_variation": null,
              "clamp": true
            }
            """,
            Presets.Keras)));

    [Fact]
    public void Another_kind_keeps_what_both_have()
    {
        var style = (WassersteinStyleLoss)Read(
            """{"style": {"kind": "wasserstein", "ridge": 0.5}}""", Presets.Keras).Style;
        Assert.Equal(0.5, style.Ridge);
        Assert.Equal(Presets.Keras.Style.Weight, style.Weight);
        Assert.Equal(Presets.Keras.Style.Layers, style.Layers);
    }

    [Fact]
    public void Another_kind_of_optimizer_starts_from_its_own_defaults()
    {
        Assert.Equal(
            new LbfgsSettings(100, LineSearch.StrongWolfe),
            Read("""{"optimizer": {"line_search": "strong-wolfe", "kind": "lbfgs"}}""", Presets.Keras).Optimizer);
        Assert.Equal(
            new AdamSettings(Epsilon: 1e-7),
            Read("""{"optimizer": {"kind": "adam", "epsilon": 1e-7}}""", Presets.Keras).Optimizer);
        Assert.Equal(
            new LbfgsSettings(5), Read("""{"optimizer": {"history": 5}}""", Presets.Gatys).Optimizer);
    }

    [Fact]
    public void Layers_are_replaced_as_a_whole() => Assert.Equal(
        [new LayerWeight("block2_conv2", 0.5)],
        Read("""{"style": {"layers": [{"layer": "block2_conv2", "weight": 0.5}]}}""", Presets.Keras).Style.Layers);

    [Fact]
    public void Layers_may_have_other_programs_names() => Assert.Equal(
        [new LayerWeight("block4_conv2", 1)],
        Read("""{"content": {"layers": [{"layer": "relu4_2", "weight": 1}]}}""", Presets.Keras).Content.Layers);

    [Theory]
    [InlineData("""{"contents": 1}""", "contents is unknown: the keys are name, description, size, ")]
    [InlineData("""{"content": {"wait": 1}}""", "content.wait is unknown: the keys are layers, weight, normalization.")]
    [InlineData("""{"content": {"weight": "1"}}""", "content.weight must be a number of at least 0, not \"1\".")]
    [InlineData("""{"content": {"weight": -1}}""", "content.weight must be a number of at least 0, not -1.")]
    [InlineData("""{"content": {"weight": 1e999}}""", "content.weight must be a number of at least 0, not 1e999.")]
    [InlineData("""{"content": null}""", "content must be an object, not null.")]
    [InlineData("""{"content": {"layers": []}}""", "content.layers must not be empty.")]
    [InlineData("""{"content": {"layers": "block4_conv2"}}""", "content.layers must be a list, not \"block4_conv2\".")]
    [InlineData(
        """{"content": {"layers": [{"layer": "relu4_5", "weight": 1}]}}""",
        "content.layers has a wrong name: VGG19 has no layer 'relu4_5'; its layers are block1_conv1, ")]
    [InlineData(
        """{"style": {"layers": [{"layer": "block1_conv1", "weight": 1}, {"layer": "block1_conv1", "weight": 1}]}}""",
        "style.layers has block1_conv1 twice.")]
    [InlineData("""{"style": {"layers": [{"layer": "block1_conv1"}]}}""", "style.layers[0].weight is missing.")]
    [InlineData("""{"iterations": 1.5}""", "iterations must be a whole number from 1 to 2147483647, not 1.5.")]
    [InlineData("""{"clamp": "on"}""", "clamp must be true or false, not \"on\".")]
    [InlineData("""{"network": {"pooling": "min"}}""", "network.pooling must be max, average or binomial, not \"min\".")]
    [InlineData("""{"optimizer": {"kind": "newton"}}""", "optimizer.kind must be adam, ")]
    [InlineData("""{"style": {"kind": "wasserstein"}}""", "style.ridge is missing.")]
    [InlineData("""{"optimizer": {"momentum": 1}}""", "optimizer.momentum must be a number from 0 to below 1, not 1.")]
    [InlineData("""{"learning_rate": {"initial": 0}}""", "learning_rate.initial must be a number above 0, not 0.")]
    [InlineData("""{"optimizer": {"kind": null}}""", "optimizer.kind must be adam, ")]
    [InlineData("""{"optimizer": {"kind": 1}}""", "optimizer.kind must be adam, ")]
    [InlineData("""{"content": {"kind": 1}}""", "content.kind is unknown: the keys are ")]
    [InlineData("""{"kind": "x"}""", "kind is unknown: the keys are name, ")]
    [InlineData(
        """{"optimizer": {"kind": "lbfgs", "history": 2147483647}}""",
        "optimizer.history must be a whole number from 1 to 10000, not 2147483647.")]
    [InlineData(
        """{"size": {"default_size": "600"}}""",
        "size.default_size must be a size from 1x1 to 8192x8192, such as \"600x400\", not \"600\".")]
    [InlineData("""{"size": {"default_size": "9000x1"}}""", "size.default_size must be a size from 1x1 to 8192x8192, ")]
    [InlineData("""{"size": {"default_size": "1x2x3"}}""", "size.default_size must be a size from 1x1 to 8192x8192, ")]
    [InlineData("[]", "the whole must be an object, not [].")]
    public void A_wrong_key_or_value_gets_one_sentence(string json, string sentence)
    {
        File.WriteAllText(_path, json);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"Recipe '{_path}': {sentence}",
            "evaluate", "--content", "c.png", "--style", "s.png", "--recipe", _path);
    }

    [Theory]
    [InlineData("{", "is not JSON at line 1, column 2.")]
    [InlineData("", "is not JSON at line 1, column 1.")]
    [InlineData("{\n  \"clamp\": yes\n}", "is not JSON at line 2, column 12.")]
    [InlineData("""{"clamp": true, "clamp": false}""", "has a key twice.")]
    public void What_is_not_JSON_gets_one_sentence(string json, string sentence)
    {
        File.WriteAllText(_path, json);
        CommandLineAssert.Refuses(
            ExitCode.File, $"Recipe '{_path}' {sentence}{Environment.NewLine}",
            "evaluate", "--content", "c.png", "--style", "s.png", "--recipe", _path);
    }

    [Theory]
    [InlineData("""{"name": "\ud800"}""")]
    [InlineData("""{"\udc00": 1}""")]
    [InlineData("""{"content": {"layers": [{"layer": "\ud800", "weight": 1}]}}""")]
    [InlineData("""["\ud800"]""")]
    public void Half_a_character_gets_one_sentence(string json)
    {
        const string Sentence = "half of a surrogate pair (\\ud800 to \\udfff) is no character: give both halves.";
        File.WriteAllText(_path, json);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"Recipe '{_path}': {Sentence}",
            "evaluate", "--content", "c.png", "--style", "s.png", "--recipe", _path);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"--set: {Sentence}",
            "evaluate", "--content", "c.png", "--style", "s.png", "--set", $"content={json}");
    }

    [Fact]
    public void A_folder_gets_one_sentence() => CommandLineAssert.Refuses(
        ExitCode.File, $"Recipe '{Path.GetTempPath()}' is a folder; --recipe takes a JSON file",
        "evaluate", "--content", "c.png", "--style", "s.png", "--recipe", Path.GetTempPath());

    [Fact]
    public void A_missing_file_gets_one_sentence() => CommandLineAssert.Refuses(
        ExitCode.File, $"Recipe '{_path}' does not exist; --recipe takes a JSON file",
        "evaluate", "--content", "c.png", "--style", "s.png", "--recipe", _path);

    [Fact]
    public void Any_value_of_a_preset_can_be_set_by_its_key() => Assert.Equal(
        Presets.Keras with
        {
            Filter = ResamplingFilter.Bicubic,
            LearningRate = Presets.Keras.LearningRate with { Decay = 0.5, Staircase = true },
            TotalVariation = null,
            Optimizer = new LbfgsSettings(7, LineSearch.StrongWolfe),
        },
        WithoutLists(RecipeOverrides.FromAssignments(
            [
                "filter=bicubic", "learning_rate.decay=0.25", "learning_rate.staircase=true", "learning_rate.decay=0.5",
                "total_variation=null", "optimizer.kind=lbfgs", "optimizer.history=7",
                "optimizer.line_search=strong-wolfe",
            ],
            Presets.Keras)));

    [Theory]
    [MemberData(nameof(PresetNames))]
    public void Every_key_that_show_prints_can_be_set(string name)
    {
        Recipe recipe = Presets.Find(name);
        JsonObject values = RecipeJson.ToNode(recipe);
        string[] lines = CommandLineAssert.Succeeds("presets", "show", name)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 20);
        foreach (string line in lines)
        {
            string key = line.Split(' ')[0];
            JsonNode? value = key.Split('.').Aggregate((JsonNode?)values, (node, part) => node!.AsObject()[part]);
            string printed = line[key.Length..].Trim();
            foreach (string given in (string[])[value?.ToJsonString() ?? "null", printed])
            {
                Recipe again = RecipeOverrides.FromAssignments([$"{key}={given}"], recipe);
                Assert.Equal(values.ToJsonString(), RecipeJson.ToNode(again).ToJsonString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(PresetNames))]
    public void No_number_of_a_recipe_is_infinite(string name)
    {
        string[] keys = [.. CommandLineAssert.Succeeds("presets", "show", name)
            .Split('\n')
            .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2 && double.TryParse(parts[1], out _))
            .Select(parts => parts[0])];
        Assert.Contains("content.weight", keys);
        foreach (string key in keys)
        {
            string message = Assert.Throws<UsageException>(
                () => RecipeOverrides.FromAssignments([$"{key}=1e999"], Presets.Find(name))).Message;
            Assert.Matches($"^--set: {key} must be a (whole )?number .*, not 1e999\\.$", message);
        }
    }

    [Theory]
    [InlineData("clamp", "--set must be KEY=VALUE, such as learning_rate.decay=0.9, not 'clamp'.")]
    [InlineData("=1", "--set must be KEY=VALUE, such as learning_rate.decay=0.9, not '=1'.")]
    [InlineData("clam=true", "--set: clam is unknown: the keys are name, description, size, ")]
    [InlineData("iterations.x=1", "--set: iterations must be a whole number from 1 to 2147483647, not {\"x\":1}.")]
    [InlineData("optimizer.kind=null", "--set: optimizer.kind must be adam, ")]
    [InlineData("learning_rate.kind=x", "--set: learning_rate.kind is unknown: the keys are initial, ")]
    [InlineData("content=none", "--set: content must be an object, not \"none\".")]
    [InlineData("content.layers=block1_conv1", "--set: content.layers[0].weight is missing.")]
    [InlineData(
        "content.layers=block1_conv1:1:2",
        "--set: content.layers[0].weight must be a number above 0, not \"1:2\".")]
    [InlineData(
        "content.layers=block1_conv1:1,,",
        "--set: content.layers[1].weight is missing.")]
    [InlineData("style.weight=-1", "--set: style.weight must be a number of at least 0, not -1.")]
    [InlineData(
        "filter=box",
        "--set: filter must be nearest, bilinear-without-antialiasing, bilinear or bicubic, not \"box\".")]
    public void A_wrong_setting_gets_one_sentence(string assignment, string sentence) => CommandLineAssert.Refuses(
        ExitCode.Usage, sentence, "evaluate", "--content", "c.png", "--style", "s.png", "--set", assignment);

    [Fact]
    public void What_is_printed_is_taken()
    {
        Recipe recipe = RecipeOverrides.FromAssignments(
            ["total_variation=none", "scales=none", "style.layers=block1_conv1:0.5, block2_conv1:2", "clamp=true"],
            Presets.Multiscale);
        Assert.Null(recipe.TotalVariation);
        Assert.Null(recipe.Scales);
        Assert.True(recipe.Clamp);
        Assert.Equal([new LayerWeight("block1_conv1", 0.5), new LayerWeight("block2_conv1", 2)], recipe.Style.Layers);
    }

    [Fact]
    public void An_unknown_preset_is_not_shown() => CommandLineAssert.Refuses(
        ExitCode.Usage, "Unknown preset 'monet': the presets are balanced, ", "presets", "show", "monet");

    private Recipe Read(string json, Recipe preset)
    {
        File.WriteAllText(_path, json);
        return RecipeOverrides.FromFile(_path, preset);
    }

    /// <summary>Records compare lists by identity; these are equal in content.</summary>
    private static Recipe WithoutLists(Recipe recipe)
    {
        Assert.Equal(Presets.Keras.Content.Layers, recipe.Content.Layers);
        Assert.Equal(Presets.Keras.Style.Layers, recipe.Style.Layers);
        return recipe with
        {
            Content = recipe.Content with { Layers = Presets.Keras.Content.Layers },
            Style = recipe.Style with { Layers = Presets.Keras.Style.Layers },
        };
    }
}
