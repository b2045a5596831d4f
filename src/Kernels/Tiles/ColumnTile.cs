using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// A 27 × 16 block of a matrix product in 27 vector registers, for OpenCL on a CPU: what <see cref="RegisterTile"/> is
/// where the right factor has 16 columns only.
/// </summary>
/// <remarks>
/// A step makes 27 multiply-adds of 28 loads. 27 rows are the 9 × 3 channels that a row of a 9 × 9 kernel sees of a
/// picture.
/// </remarks>
internal struct ColumnTile
{
    /// <summary>Rows of the left factor.</summary>
    public const int Rows = 27;

    /// <summary>Columns of the right factor: channels.</summary>
    public const int Columns = 16;

    private F16 _row0;
    private F16 _row1;
    private F16 _row2;
    private F16 _row3;
    private F16 _row4;
    private F16 _row5;
    private F16 _row6;
    private F16 _row7;
    private F16 _row8;
    private F16 _row9;
    private F16 _row10;
    private F16 _row11;
    private F16 _row12;
    private F16 _row13;
    private F16 _row14;
    private F16 _row15;
    private F16 _row16;
    private F16 _row17;
    private F16 _row18;
    private F16 _row19;
    private F16 _row20;
    private F16 _row21;
    private F16 _row22;
    private F16 _row23;
    private F16 _row24;
    private F16 _row25;
    private F16 _row26;

    /// <summary>sums += rows · panel.</summary>
    /// <param name="rows">Left factor: row i, column c at first + i·pitch + c·step.</param>
    /// <param name="first">Its first element.</param>
    /// <param name="pitch">Floats from one of its rows to the next.</param>
    /// <param name="step">Floats from one of its columns to the next.</param>
    /// <param name="panel">Right factor: depth rows of 16, one vector each.</param>
    /// <param name="panelFirst">Its first vector.</param>
    /// <param name="panelPitch">Vectors from one of its rows to the next.</param>
    /// <param name="depth">Columns of the left and rows of the right factor.</param>
    public void MultiplyAdd(
        ArrayView<float> rows, int first, int pitch, int step, ArrayView<F16> panel, int panelFirst, int panelPitch,
        int depth)
    {
        long left = first;
        long right16 = panelFirst;
        long nextRow = pitch;
        for (int c = 0; c < depth; c++)
        {
            F16 right = panel[right16];
            _row0 = F16.MultiplyAdd(F16.Broadcast(rows[left]), right, _row0);
            _row1 = F16.MultiplyAdd(F16.Broadcast(rows[left + nextRow]), right, _row1);
            _row2 = F16.MultiplyAdd(F16.Broadcast(rows[left + 2 * nextRow]), right, _row2);
            _row3 = F16.MultiplyAdd(F16.Broadcast(rows[left + 3 * nextRow]), right, _row3);
            _row4 = F16.MultiplyAdd(F16.Broadcast(rows[left + 4 * nextRow]), right, _row4);
            _row5 = F16.MultiplyAdd(F16.Broadcast(rows[left + 5 * nextRow]), right, _row5);
            _row6 = F16.MultiplyAdd(F16.Broadcast(rows[left + 6 * nextRow]), right, _row6);
            _row7 = F16.MultiplyAdd(F16.Broadcast(rows[left + 7 * nextRow]), right, _row7);
            _row8 = F16.MultiplyAdd(F16.Broadcast(rows[left + 8 * nextRow]), right, _row8);
            _row9 = F16.MultiplyAdd(F16.Broadcast(rows[left + 9 * nextRow]), right, _row9);
            _row10 = F16.MultiplyAdd(F16.Broadcast(rows[left + 10 * nextRow]), right, _row10);
            _row11 = F16.MultiplyAdd(F16.Broadcast(rows[left + 11 * nextRow]), right, _row11);
            _row12 = F16.MultiplyAdd(F16.Broadcast(rows[left + 12 * nextRow]), right, _row12);
            _row13 = F16.MultiplyAdd(F16.Broadcast(rows[left + 13 * nextRow]), right, _row13);
            _row14 = F16.MultiplyAdd(F16.Broadcast(rows[left + 14 * nextRow]), right, _row14);
            _row15 = F16.MultiplyAdd(F16.Broadcast(rows[left + 15 * nextRow]), right, _row15);
            _row16 = F16.MultiplyAdd(F16.Broadcast(rows[left + 16 * nextRow]), right, _row16);
            _row17 = F16.MultiplyAdd(F16.Broadcast(rows[left + 17 * nextRow]), right, _row17);
            _row18 = F16.MultiplyAdd(F16.Broadcast(rows[left + 18 * nextRow]), right, _row18);
            _row19 = F16.MultiplyAdd(F16.Broadcast(rows[left + 19 * nextRow]), right, _row19);
            _row20 = F16.MultiplyAdd(F16.Broadcast(rows[left + 20 * nextRow]), right, _row20);
            _row21 = F16.MultiplyAdd(F16.Broadcast(rows[left + 21 * nextRow]), right, _row21);
            _row22 = F16.MultiplyAdd(F16.Broadcast(rows[left + 22 * nextRow]), right, _row22);
            _row23 = F16.MultiplyAdd(F16.Broadcast(rows[left + 23 * nextRow]), right, _row23);
            _row24 = F16.MultiplyAdd(F16.Broadcast(rows[left + 24 * nextRow]), right, _row24);
            _row25 = F16.MultiplyAdd(F16.Broadcast(rows[left + 25 * nextRow]), right, _row25);
            _row26 = F16.MultiplyAdd(F16.Broadcast(rows[left + 26 * nextRow]), right, _row26);
            left += step;
            right16 += panelPitch;
        }
    }

    /// <summary>Stores the sums: row i at first + i·pitch, in vectors.</summary>
    public readonly void Store(ArrayView<F16> target, int first, int pitch)
    {
        target[first] = _row0;
        target[first + pitch] = _row1;
        target[first + 2 * pitch] = _row2;
        target[first + 3 * pitch] = _row3;
        target[first + 4 * pitch] = _row4;
        target[first + 5 * pitch] = _row5;
        target[first + 6 * pitch] = _row6;
        target[first + 7 * pitch] = _row7;
        target[first + 8 * pitch] = _row8;
        target[first + 9 * pitch] = _row9;
        target[first + 10 * pitch] = _row10;
        target[first + 11 * pitch] = _row11;
        target[first + 12 * pitch] = _row12;
        target[first + 13 * pitch] = _row13;
        target[first + 14 * pitch] = _row14;
        target[first + 15 * pitch] = _row15;
        target[first + 16 * pitch] = _row16;
        target[first + 17 * pitch] = _row17;
        target[first + 18 * pitch] = _row18;
        target[first + 19 * pitch] = _row19;
        target[first + 20 * pitch] = _row20;
        target[first + 21 * pitch] = _row21;
        target[first + 22 * pitch] = _row22;
        target[first + 23 * pitch] = _row23;
        target[first + 24 * pitch] = _row24;
        target[first + 25 * pitch] = _row25;
        target[first + 26 * pitch] = _row26;
    }
}
