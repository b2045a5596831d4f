using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Sheet;

/// <summary>
/// Small letters of 5 × 8 pixels, enough for options and numbers: no library draws text without native parts or a font
/// file. Capitals are drawn small, what has no letter as a space.
/// </summary>
internal static class PixelFont
{
    /// <summary>Pixels from a letter's left to the next one's, before scaling.</summary>
    private const int Advance = 6;

    private const int LineHeight = 10;

    /// <summary>Rows from the top, a # for each pixel.</summary>
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['a'] = "..... ..... .###. ....# .#### #...# .#### .....",
        ['b'] = "#.... #.... ####. #...# #...# #...# ####. .....",
        ['c'] = "..... ..... .#### #.... #.... #.... .#### .....",
        ['d'] = "....# ....# .#### #...# #...# #...# .#### .....",
        ['e'] = "..... ..... .###. #...# ##### #.... .###. .....",
        ['f'] = "..##. .#..# .#... ###.. .#... .#... .#... .....",
        ['g'] = "..... ..... .#### #...# #...# .#### ....# .###.",
        ['h'] = "#.... #.... ####. #...# #...# #...# #...# .....",
        ['i'] = "..#.. ..... .##.. ..#.. ..#.. ..#.. .###. .....",
        ['j'] = "...#. ..... ..##. ...#. ...#. ...#. #..#. .##..",
        ['k'] = "#.... #.... #..#. #.#.. ##... #.#.. #..#. .....",
        ['l'] = ".##.. ..#.. ..#.. ..#.. ..#.. ..#.. .###. .....",
        ['m'] = "..... ..... ##.#. #.#.# #.#.# #.#.# #.#.# .....",
        ['n'] = "..... ..... ####. #...# #...# #...# #...# .....",
        ['o'] = "..... ..... .###. #...# #...# #...# .###. .....",
        ['p'] = "..... ..... ####. #...# #...# ####. #.... #....",
        ['q'] = "..... ..... .#### #...# #...# .#### ....# ....#",
        ['r'] = "..... ..... #.##. ##..# #.... #.... #.... .....",
        ['s'] = "..... ..... .#### #.... .###. ....# ####. .....",
        ['t'] = ".#... .#... ###.. .#... .#... .#..# ..##. .....",
        ['u'] = "..... ..... #...# #...# #...# #...# .#### .....",
        ['v'] = "..... ..... #...# #...# #...# .#.#. ..#.. .....",
        ['w'] = "..... ..... #...# #.#.# #.#.# #.#.# .#.#. .....",
        ['x'] = "..... ..... #...# .#.#. ..#.. .#.#. #...# .....",
        ['y'] = "..... ..... #...# #...# #...# .#### ....# .###.",
        ['z'] = "..... ..... ##### ...#. ..#.. .#... ##### .....",
        ['0'] = ".###. #...# #..## #.#.# ##..# #...# .###. .....",
        ['1'] = "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###. .....",
        ['2'] = ".###. #...# ....# ..##. .#... #.... ##### .....",
        ['3'] = ".###. #...# ....# ..##. ....# #...# .###. .....",
        ['4'] = "...#. ..##. .#.#. #..#. ##### ...#. ...#. .....",
        ['5'] = "##### #.... ####. ....# ....# #...# .###. .....",
        ['6'] = ".###. #.... #.... ####. #...# #...# .###. .....",
        ['7'] = "##### ....# ...#. ..#.. ..#.. ..#.. ..#.. .....",
        ['8'] = ".###. #...# #...# .###. #...# #...# .###. .....",
        ['9'] = ".###. #...# #...# .#### ....# ....# .###. .....",
        ['-'] = "..... ..... ..... .###. ..... ..... ..... .....",
        ['_'] = "..... ..... ..... ..... ..... ..... ##### .....",
        ['.'] = "..... ..... ..... ..... ..... .##.. .##.. .....",
        [','] = "..... ..... ..... ..... ..... ..##. ..#.. .#...",
        [':'] = "..... .##.. .##.. ..... .##.. .##.. ..... .....",
        ['='] = "..... ..... ##### ..... ##### ..... ..... .....",
        ['+'] = "..... ..#.. ..#.. ##### ..#.. ..#.. ..... .....",
        ['/'] = "....# ....# ...#. ..#.. .#... #.... #.... .....",
        ['%'] = "##..# ##..# ...#. ..#.. .#... #..## #..## .....",
        ['('] = "...#. ..#.. .#... .#... .#... ..#.. ...#. .....",
        [')'] = ".#... ..#.. ...#. ...#. ...#. ..#.. .#... .....",
    };

    /// <summary>Pixels from a line's top to the next one's.</summary>
    public static int HeightOf(int scale) => LineHeight * scale;

    /// <summary>The text in lines that are no wider than this; words that are too long are cut.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int scale)
    {
        int most = Math.Max(1, width / (Advance * scale));
        string line = "";
        foreach (string word in text.Split(' ').Select(word => word.Length > most ? word[..most] : word))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > most)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : $" {word}";
        }
        yield return line;
    }

    /// <summary>Draws a line in black.</summary>
    /// <param name="picture">Which must be large enough.</param>
    /// <param name="text">The line.</param>
    /// <param name="left">Of the first letter, in pixels.</param>
    /// <param name="top">The same.</param>
    /// <param name="scale">Pixels of the picture for one of a letter.</param>
    public static void Draw(Picture picture, string text, int left, int top, int scale)
    {
        foreach (char letter in text.ToLowerInvariant())
        {
            if (Glyphs.TryGetValue(letter, out string? glyph))
                DrawGlyph(picture, glyph.Split(' '), left, top, scale);
            left += Advance * scale;
        }
    }

    private static void DrawGlyph(Picture picture, string[] rows, int left, int top, int scale)
    {
        for (int y = 0; y < rows.Length * scale; y++)
        {
            for (int x = 0; x < rows[0].Length * scale; x++)
            {
                if (rows[y / scale][x / scale] == '#')
                    Array.Clear(picture.Rgb, 3 * ((top + y) * picture.Size.Width + left + x), 3);
            }
        }
    }
}
