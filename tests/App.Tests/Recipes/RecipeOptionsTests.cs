using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Tests.Recipes;

public class RecipeOptionsTests
{
    [Fact]
    public void Without_options_the_recipe_is_the_default_preset() =>
        Assert.Equal(Presets.Find("balanced", 512), Resolve());

    [Fact]
    public void Every_preset_is_found_by_its_name() => Assert.All(
        Presets.All,
        preset => Assert.Equal(Presets.Find(preset.Name, preset.Size.Default), Resolve("--preset", preset.Name)));

    [Theory]
    [InlineData("256", 4, 150)]
    [InlineData("256x200", 4, 150)]
    [InlineData("257", 6, 70)]
    [InlineData("200x257", 6, 70)]
    public void Balanced_takes_longer_and_fewer_steps_above_256_pixels(string size, double rate, int iterations)
    {
        int[] sides = RequestedSize.ParseSides(size);
        RequestedSize requested = sides.Length == 1
            ? new RequestedSize(sides[0], null)
            : new RequestedSize(null, new PictureSize(sides[1], sides[0]));
        Assert.Equal(
            Presets.Balanced with
            {
                Iterations = iterations,
                LearningRate = Presets.Balanced.LearningRate with { Initial = rate },
            },
            Resolve(requested, start: null, "--preset", "balanced"));
    }

    [Fact]
    public void Weights_change_their_term_and_nothing_else()
    {
        Assert.Equal(
            Presets.Keras with { Content = Presets.Keras.Content with { Weight = 0.5 } },
            Resolve("--preset", "keras", "--content-weight", "0.5"));
        Assert.Equal(
            Presets.Keras with { Style = Presets.Keras.Style with { Weight = 2e-5 } },
            Resolve("--preset", "keras", "--style-weight", "2e-5"));
        Assert.Equal(
            Presets.Keras with { TotalVariation = new TotalVariationLoss(TotalVariationForm.Power, 3) },
            Resolve("--preset", "keras", "--tv-weight", "3"));
    }

    [Fact]
    public void Total_variation_is_left_out_and_put_in()
    {
        Assert.Null(Resolve("--preset", "keras", "--tv-weight", "0").TotalVariation);
        Assert.Equal(
            new TotalVariationLoss(TotalVariationForm.Absolute, 0.25),
            Resolve("--preset", "average", "--tv-weight", "0.25").TotalVariation);
        Assert.Equal(
            new TotalVariationLoss(TotalVariationForm.DiagonalMeanSquared, 1e-6),
            Resolve("--preset", "keras", "--tv-form", "diagonal-mean-squared").TotalVariation);
    }

    [Fact]
    public void Layers_without_a_share_take_the_mean_of_the_presets()
    {
        Assert.Equal(
            [new LayerWeight("block1_conv2", 0.2), new LayerWeight("block5_pool", 3)],
            Resolve("--preset", "keras", "--style-layers", "block1_conv2,block5_pool:3").Style.Layers);
        Assert.Equal(
            [new LayerWeight("block3_conv1", 1)], Resolve("--content-layers", "block3_conv1").Content.Layers);
        // neural-style's names.
        Assert.Equal(
            [new LayerWeight("block4_conv2", 1), new LayerWeight("block1_pool", 2)],
            Resolve("--content-layers", "relu4_2:1,pool1:2").Content.Layers);
    }

    [Fact]
    public void An_optimizer_brings_its_usual_rate_in_the_presets_units()
    {
        Recipe adam = Resolve("--preset", "tensorflow", "--optimizer", "adam");
        Assert.Equal(0.9, Assert.IsType<AdamSettings>(adam.Optimizer).Beta1);
        Assert.Equal(4 / 255.0, adam.LearningRate.Initial, 1e-12);
        Assert.Equal(Schedule.Constant, adam.LearningRate.Schedule);

        Recipe momentum = Resolve("--preset", "keras", "--optimizer", "momentum");
        Assert.Equal(new SgdSettings(0.9), momentum.Optimizer);
        Assert.Equal(Presets.Balanced.LearningRate with { Initial = 2 }, momentum.LearningRate);

        Assert.Equal(
            new LbfgsSettings(100, LineSearch.StrongWolfe), Resolve("--optimizer", "lbfgs-wolfe").Optimizer);
    }

    [Fact]
    public void A_learning_rate_keeps_the_schedule() => Assert.Equal(
        Presets.Keras.LearningRate with { Initial = 12.5 },
        Resolve("--preset", "keras", "--learning-rate", "12.5").LearningRate);

    [Fact]
    public void Switches_and_words()
    {
        Assert.False(Resolve("--clamp", "off").Clamp);
        Assert.True(Resolve("--preset", "keras", "--clamp", "on").Clamp);
        Assert.Equal(Pooling.Max, Resolve("--pooling", "max").Network.Pooling);
        Assert.Equal(ResultPicture.Best, Resolve("--result", "best").Result);
        Assert.Equal(7, Resolve("--iterations", "7").Iterations);
        Assert.True(Resolve("--normalize-gradients", "on").NormalizeGradients);
    }

    [Fact]
    public void Layers_may_have_other_programs_names() => Assert.Equal(
        [new LayerWeight("block4_conv2", 1), new LayerWeight("block3_conv1", 0.5)],
        Resolve("--content-layers", "relu4_2,conv3_1:0.5").Content.Layers);

    [Fact]
    public void Scales_are_left_out_put_in_and_started_elsewhere()
    {
        Assert.Null(Resolve("--preset", "multiscale", "--coarsest", "0").Scales);
        Assert.Equal(new ScaleRule(64, 500), Resolve("--preset", "multiscale", "--coarsest", "64").Scales);
        Assert.Equal(new ScaleRule(100, 2000), Resolve("--preset", "keras", "--coarsest", "100").Scales);
        Assert.Equal(
            new ScaleRule(100, 1), Resolve("--preset", "keras", "--coarsest", "100", "--iterations", "1").Scales);
        Assert.Equal(
            new ScaleRule(64, 35), Resolve("--preset", "balanced", "--coarsest", "64").Scales);
    }

    [Fact]
    public void A_setting_has_the_last_word()
    {
        Recipe recipe = Resolve(
            "--optimizer", "adam", "--set", "optimizer.beta1=0.5", "iterations=3", "--iterations", "9");
        Assert.Equal(0.5, Assert.IsType<AdamSettings>(recipe.Optimizer).Beta1);
        Assert.Equal(3, recipe.Iterations);
    }

    [Fact]
    public void Normalised_gradients_and_a_line_search_contradict_each_other() => CommandLineAssert.Refuses(
        ExitCode.Usage, "Normalised gradients are not those of the loss, so that L-BFGS cannot search along a line: "
            + "use --optimizer lbfgs, which searches none, or --normalize-gradients off.",
        "evaluate", "--content", "c.png", "--style", "s.png", "--optimizer", "lbfgs-wolfe", "--normalize-gradients",
        "on");

    [Fact]
    public void A_loss_of_nothing_is_refused() => CommandLineAssert.Refuses(
        ExitCode.Usage, "All weights are 0, which leaves nothing to minimise: give --content-weight, --style-weight or "
            + "--tv-weight above 0.",
        "evaluate", "--content", "c.png", "--style", "s.png", "--content-weight", "0", "--style-weight", "0",
        "--tv-weight", "0");

    [Theory]
    [InlineData("adam")]
    [InlineData("lbfgs")]
    public void A_rate_relative_to_the_first_gradient_is_for_gradient_descent(string optimizer) =>
        CommandLineAssert.Refuses(
            ExitCode.Usage, "A learning rate relative to the first gradient is for gradient descent, since other "
                + "optimizers scale their steps themselves: name the optimizer with --optimizer, which brings its own "
                + "rate, or set learning_rate.relative_to_first_gradient=false.",
            "evaluate", "--content", "c.png", "--style", "s.png", "--set", $"optimizer.kind={optimizer}");

    [Theory]
    [InlineData("--preset", "monet", "Unknown preset 'monet': the presets are balanced, keras, ")]
    [InlineData("--optimizer", "newton", "--optimizer must be adam, ")]
    [InlineData("--content-weight", "-1", "--content-weight must be a number of at least 0, not '-1'.")]
    [InlineData("--style-weight", "nan", "--style-weight must be a number of at least 0, not 'nan'.")]
    [InlineData("--tv-weight", "much", "--tv-weight must be a number of at least 0, not 'much'.")]
    [InlineData(
        "--tv-form", "l2", "--tv-form must be power, absolute, mean-squared or diagonal-mean-squared, not 'l2'.")]
    [InlineData("--learning-rate", "0", "--learning-rate must be a number above 0, not '0'.")]
    [InlineData("--noise", "-3", "--noise must be a number from 0 to 255, not '-3'.")]
    [InlineData("--noise", "1e300", "--noise must be a number from 0 to 255, not '1e300'.")]
    [InlineData("--set", "start.noise_levels=256", "--set: start.noise_levels must be a number from 0 to 255, not 256")]
    [InlineData("--coarsest", "-1", "--coarsest must be a whole number of at least 0, not '-1'.")]
    [InlineData("--normalize-gradients", "1", "--normalize-gradients must be off or on, not '1'.")]
    [InlineData("--clamp", "yes", "--clamp must be off or on, not 'yes'.")]
    [InlineData("--pooling", "min", "--pooling must be max, average or binomial, not 'min'.")]
    [InlineData("--result", "first", "--result must be last, best or average, not 'first'.")]
    [InlineData("--iterations", "0", "--iterations must be a whole number of at least 1, not '0'.")]
    [InlineData(
        "--content-layers", "relu4_9", "--content-layers: VGG19 has no layer 'relu4_9'; its layers are block1_conv1, ")]
    [InlineData(
        "--style-layers",
        "block1_conv1:x", "--style-layers: the share of block1_conv1 must be a number above 0, not 'x'.")]
    [InlineData("--style-layers", "block1_conv1,block1_conv1", "--style-layers names the layer block1_conv1 twice.")]
    public void A_wrong_value_gets_one_sentence(string option, string value, string sentence) =>
        CommandLineAssert.Refuses(
            ExitCode.Usage, sentence, "evaluate", "--content", "c.png", "--style", "s.png", option, value);

    [Fact]
    public void A_form_of_total_variation_alone_is_refused_where_there_is_none() => CommandLineAssert.Refuses(
        ExitCode.Usage, "--tv-form needs a --tv-weight above 0, because the recipe average has no total variation.",
        "evaluate", "--content", "c.png", "--style", "s.png", "--preset", "average", "--tv-form", "power");

    [Fact]
    public void A_form_of_total_variation_is_refused_where_its_weight_is_given_as_0() => CommandLineAssert.Refuses(
        ExitCode.Usage, "--tv-form needs a --tv-weight above 0, not 0.",
        "evaluate", "--content", "c.png", "--style", "s.png", "--tv-weight", "0", "--tv-form", "power");

    [Fact]
    public void Settings_override_the_start_too()
    {
        StartPicture start = Resolve(
            size: null, recipe => StartOption.Apply(recipe, "noise", noise: 3), "--set", "start.kind=grey").Start;
        Assert.Equal(new StartPicture(StartKind.Grey, NoiseLevels: 3), start);
    }

    private static Recipe Resolve(params string[] arguments) => Resolve(size: null, start: null, arguments);

    private static Recipe Resolve(
        RequestedSize? size, Func<Recipe, Recipe>? start, params string[] arguments)
    {
        var options = new RecipeOptions("balanced");
        var command = new Command("test");
        options.AddTo(command);
        ParseResult parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return options.Resolve(parsed, size, start);
    }
}
