using System.CommandLine;
using System.Runtime.CompilerServices;

namespace IlgpuStyle.App.Help;

/// <summary>Where help shows an option, said where the option is made.</summary>
internal static class OptionSubject
{
    // The library's options have no room for it.
    private static readonly ConditionalWeakTable<Option, Place> Places = [];

    /// <summary>Puts an option under a subject.</summary>
    /// <param name="option">The option.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="isNeededFirst">Whether <c>--help</c> shows it also where there are many.</param>
    /// <returns>The option.</returns>
    public static T About<T>(this T option, Subject subject, bool isNeededFirst = false)
        where T : Option
    {
        Places.Add(option, new Place(subject, isNeededFirst));
        return option;
    }

    /// <summary>The option's subject.</summary>
    public static Subject Subject(this Option option) =>
        Places.TryGetValue(option, out Place? place) ? place.Subject : Help.Subject.Other;

    /// <summary>Whether <c>--help</c> shows it also where there are many.</summary>
    public static bool IsNeededFirst(this Option option) =>
        Places.TryGetValue(option, out Place? place) && place.IsNeededFirst;

    private sealed record Place(Subject Subject, bool IsNeededFirst);
}
