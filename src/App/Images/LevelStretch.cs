namespace IlgpuStyle.App.Images;

/// <summary>Stretches levels so that the lowest becomes 0 and the highest 255, over all channels together.</summary>
/// <remarks>Source: keras.utils.array_to_img with scale=True, which keras.utils.save_img calls.</remarks>
internal static class LevelStretch
{
    /// <summary>255·(x − min)/(max − min); 0 everywhere where all levels are the same.</summary>
    public static float[] Apply(float[] levels)
    {
        float lowest = levels.Min();
        float range = levels.Max() - lowest;
        return Array.ConvertAll(levels, level => range > 0 ? 255 * ((level - lowest) / range) : 0);
    }
}
