namespace HDF.PInvoke;

/// <summary>Filters (H5Z*).</summary>
internal static class H5Z
{
    /// <summary>The filters that come with the library; others have numbers of their own.</summary>
    public enum filter_t
    {
        /// <summary>Not known.</summary>
        ERROR = -1,

        /// <summary>No filter.</summary>
        NONE = 0,

        /// <summary>gzip.</summary>
        DEFLATE = 1,

        /// <summary>Bytes of equal place side by side.</summary>
        SHUFFLE = 2,

        /// <summary>A checksum.</summary>
        FLETCHER32 = 3,

        /// <summary>szip.</summary>
        SZIP = 4,

        /// <summary>Packed bits.</summary>
        NBIT = 5,

        /// <summary>Scale and offset.</summary>
        SCALEOFFSET = 6,
    }
}
