namespace IlgpuStyle.App.Bulk;

/// <summary>One picture of a batch.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Options">Those of <c>stylize</c>, each with its values.</param>
/// <param name="StartsFromPrevious">Whether it starts from the result before it.</param>
internal sealed record PictureJob(string Name, string[][] Options, bool StartsFromPrevious = false);
