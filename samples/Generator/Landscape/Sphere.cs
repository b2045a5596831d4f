using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>A ball around something.</summary>
internal readonly record struct Sphere(Vector3 Center, float Radius);
