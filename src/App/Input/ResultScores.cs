using IlgpuStyle.App.Images;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.StyleTransfer.Scores;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Input;

/// <summary>The scores of a result's file.</summary>
internal static class ResultScores
{
    /// <summary>Judges a picture by the content and the styles of a run.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">Up to <see cref="PictureScores.DeepestLayer"/>.</param>
    /// <param name="recipe">The run's.</param>
    /// <param name="pictures">The run's.</param>
    /// <param name="image">The picture, which is resized to the content's size.</param>
    public static PictureScores Of(
        Engine engine, VggWeights weights, Recipe recipe, PreparedPictures pictures, Picture image)
    {
        RgbPicture style = pictures.Scales[^1].Styles[0].Picture;
        return PictureScores.Of(
            engine, weights, Precise(recipe).Network.Convolution, pictures.Resize(image, pictures.ContentSize),
            pictures.Scales[^1],
            pictures.Resize(
                new Picture(new PictureSize(style.Height, style.Width), style.Values), pictures.ContentSize));
    }

    /// <summary>One evaluation need not be fast: unless asked otherwise, it takes the form that rounds least.</summary>
    public static Recipe Precise(Recipe recipe) => recipe.Network.Convolution == ConvolutionForm.Auto
        ? recipe with { Network = recipe.Network with { Convolution = ConvolutionForm.Direct } }
        : recipe;
}
