using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using ICSharpCode.Decompiler.DebugInfo;
using SequencePoint = System.Reflection.Metadata.SequencePoint;

namespace ILGPU.Compiler;

/// <summary>
/// Names of locals and source lines from the portable PDB beside (or inside) an assembly, if there is one.
/// </summary>
internal sealed class DebugSymbols : IDebugInfoProvider
{
    private readonly MetadataReader? _reader;

    private DebugSymbols(MetadataReader? reader) => _reader = reader;

    public string Description => "portable PDB";

    public string SourceFileName => string.Empty;

    /// <summary>The symbols of the assembly at <paramref name="path"/>; empty ones if it has none.</summary>
    internal static DebugSymbols Beside(string path, PEReader assembly)
    {
        try
        {
            return assembly.TryOpenAssociatedPortablePdb(
                path, p => File.Exists(p) ? File.OpenRead(p) : null, out MetadataReaderProvider? provider, out _)
                ? new DebugSymbols(provider!.GetMetadataReader())
                : new DebugSymbols(null);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return new DebugSymbols(null);
        }
    }

    /// <summary>"File.cs:12" for an IL offset of a method, or null where the PDB doesn't tell.</summary>
    internal string? Locate(int methodToken, int offset)
    {
        if (_reader is null)
            return null;
        MethodDefinitionHandle method = (MethodDefinitionHandle)MetadataTokens.EntityHandle(methodToken);
        SequencePoint found = default;
        foreach (SequencePoint point in _reader.GetMethodDebugInformation(method).GetSequencePoints())
        {
            if (!point.IsHidden && (found.Document.IsNil || point.Offset <= offset))
                found = point;
        }
        return found.Document.IsNil
            ? null
            : $"{Path.GetFileName(_reader.GetString(_reader.GetDocument(found.Document).Name))}:{found.StartLine}";
    }

    public bool TryGetName(MethodDefinitionHandle method, int index, out string name)
    {
        name = GetVariables(method).FirstOrDefault(variable => variable.Index == index).Name ?? string.Empty;
        return name.Length > 0;
    }

    public IList<Variable> GetVariables(MethodDefinitionHandle method)
    {
        List<Variable> variables = [];
        if (_reader is not null)
        {
            foreach (LocalScopeHandle scope in _reader.GetLocalScopes(method))
            {
                foreach (LocalVariableHandle handle in _reader.GetLocalScope(scope).GetLocalVariables())
                {
                    LocalVariable variable = _reader.GetLocalVariable(handle);
                    variables.Add(new Variable(variable.Index, _reader.GetString(variable.Name)));
                }
            }
        }
        return variables;
    }

    public bool TryGetExtraTypeInfo(MethodDefinitionHandle method, int index, out PdbExtraTypeInfo extraTypeInfo)
    {
        extraTypeInfo = default;
        return false;
    }

    public IList<ICSharpCode.Decompiler.DebugInfo.SequencePoint> GetSequencePoints(MethodDefinitionHandle method) => [];
}
