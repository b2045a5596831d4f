using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Output;

/// <summary>The pictures of a run as page and report show them.</summary>
/// <param name="Content">In the result's size.</param>
/// <param name="Styles">As the network sees them.</param>
/// <param name="Steps">The steps of the run, scale by scale.</param>
internal sealed record ShownPictures(
    Picture Content, IReadOnlyList<StylePicture> Styles, IReadOnlyList<ScaleSteps> Steps);
