namespace IlgpuStyle.App.Errors;

/// <summary>What the program returns to the shell. Documented in the README.</summary>
internal enum ExitCode
{
    /// <summary>All went well.</summary>
    Done = 0,

    /// <summary>The command line is wrong, or an output cannot be written where it says.</summary>
    Usage = 2,

    /// <summary>An input file cannot be used.</summary>
    File = 3,

    /// <summary>The network's weights cannot be had or used.</summary>
    Weights = 4,

    /// <summary>No usable device, or too little memory.</summary>
    Device = 5,

    /// <summary>The loss was not finite; where steps were done, the last finite picture was saved.</summary>
    LossNotFinite = 6,

    /// <summary>
    /// The loss ended far above its first or its lowest: the picture was saved, but is likely noise. Of many pictures:
    /// some failed or ended so, the others were made.
    /// </summary>
    LossGrew = 7,

    /// <summary>
    /// Interrupted by Ctrl-C, SIGTERM or the end of the terminal (SIGHUP): the picture, or the download, so far was
    /// saved. Before a run begins there is nothing to save, and the program ends at once.
    /// </summary>
    Interrupted = 130,
}
