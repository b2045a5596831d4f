using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>A binary tree of enclosing balls, so that a ray asks few of many bodies.</summary>
internal sealed class BallTree
{
    private readonly Sphere[] _balls;
    private readonly Node _root;

    public BallTree(Sphere[] balls)
    {
        _balls = balls;
        _root = Build([.. Enumerable.Range(0, balls.Length)]);
    }

    /// <summary>
    /// Calls <paramref name="visit"/> for each ball that the ray may meet; it answers how far the ray still reaches.
    /// </summary>
    public void Visit(Vector3 origin, Vector3 direction, float maximum, Func<int, float> visit) =>
        Visit(_root, origin, direction, maximum, visit);

    private static float Visit(Node node, Vector3 origin, Vector3 direction, float maximum, Func<int, float> visit)
    {
        Vector3 local = node.Ball.Center - origin;
        float closest = Vector3.Dot(local, direction);
        float reach = node.Ball.Radius;
        if (closest < -reach || closest - reach > maximum
            || (local - (closest * direction)).LengthSquared() > reach * reach)
        {
            return maximum;
        }
        if (node.Left is null || node.Right is null)
            return Math.Min(maximum, visit(node.Index));
        maximum = Visit(node.Left, origin, direction, maximum, visit);
        return Visit(node.Right, origin, direction, maximum, visit);
    }

    private Node Build(int[] indices)
    {
        if (indices.Length == 1)
            return new Node(_balls[indices[0]], indices[0], null, null);
        Vector3 low = new(float.MaxValue);
        Vector3 high = new(float.MinValue);
        foreach (int i in indices)
        {
            low = Vector3.Min(low, _balls[i].Center);
            high = Vector3.Max(high, _balls[i].Center);
        }
        int axis = high.X - low.X > high.Z - low.Z ? 0 : 2;
        int[] sorted = [.. indices.OrderBy(i => _balls[i].Center[axis])];
        Vector3 center = 0.5f * (low + high);
        float radius = indices.Max(i => (_balls[i].Center - center).Length() + _balls[i].Radius);
        return new Node(
            new Sphere(center, radius), -1, Build(sorted[..(sorted.Length / 2)]), Build(sorted[(sorted.Length / 2)..]));
    }

    private sealed record Node(Sphere Ball, int Index, Node? Left, Node? Right);
}
