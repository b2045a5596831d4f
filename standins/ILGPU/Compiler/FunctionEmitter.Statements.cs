using System.Globalization;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.IL;

namespace ILGPU.Compiler;

/// <content>Statements.</content>
internal sealed partial class FunctionEmitter
{
    private void Emit(Statement statement)
    {
        switch (statement)
        {
            case BlockStatement block:
                Line("{");
                EmitIndented(block);
                Line("}");
                break;
            case VariableDeclarationStatement declaration:
                foreach (VariableInitializer variable in declaration.Variables)
                {
                    Line($"{Declaration(variable)};");
                    if (variable.GetILVariable() is { } local && _variables[local].Wide is { } twin)
                        Line($"{Placeholder}{twin.Name}");
                }
                break;
            case ExpressionStatement expression:
                Line($"{StatementExpression(expression.Expression)};");
                break;
            case IfElseStatement conditional:
                EmitIf(conditional);
                break;
            case ForStatement loop:
                EmitFor(loop);
                break;
            case WhileStatement loop:
                _hasLoops = true;
                Line($"while ({Expression(loop.Condition).Text})");
                EmitBraced(loop.EmbeddedStatement);
                break;
            case DoWhileStatement loop:
                _hasLoops = true;
                Line("do");
                EmitBraced(loop.EmbeddedStatement);
                Line($"while ({Expression(loop.Condition).Text});");
                break;
            case SwitchStatement choice:
                EmitSwitch(choice);
                break;
            case BreakStatement:
                Line("break;");
                break;
            case ContinueStatement:
                Line("continue;");
                break;
            case ReturnStatement result:
                Line(ReturnText(result));
                break;
            case GotoStatement jump:
                Line($"goto {CNames.Of(jump.Label!)};");
                break;
            case LabelStatement label:
                Line($"{CNames.Of(label.Label)}:;");
                break;
            case EmptyStatement:
                break;
            default:
                throw Refuse(statement, $"a {Noun(statement)}");
        }
    }

    private void Emit(IEnumerable<Statement> statements)
    {
        List<Statement> list = [.. statements];
        for (int i = 0; i < list.Count;)
        {
            int components = EmitComponents(list, i);
            if (components == 0)
            {
                Emit(list[i]);
                components = 1;
            }
            i += components;
        }
    }

    private void EmitIf(IfElseStatement conditional)
    {
        Line($"if ({Expression(conditional.Condition).Text})");
        EmitBraced(conditional.TrueStatement);
        if (conditional.FalseStatement is { } otherwise)
        {
            Line("else");
            EmitBraced(otherwise);
        }
    }

    private void EmitFor(ForStatement loop)
    {
        string initializers = string.Join(", ", loop.Initializers.Select(initializer => initializer switch
        {
            VariableDeclarationStatement { Variables.Count: 1 } declaration =>
                Declaration(declaration.Variables.Single()),
            ExpressionStatement expression => StatementExpression(expression.Expression),
            _ => throw Refuse(initializer, $"a {Noun(initializer)} at the head of a loop"),
        }));
        string condition = loop.Condition is { } test ? Expression(test).Text : string.Empty;
        string iterators = string.Join(", ", loop.Iterators.Select(iterator => iterator switch
        {
            ExpressionStatement expression => Iterator(loop, expression.Expression),
            _ => throw Refuse(iterator, $"a {Noun(iterator)} at the head of a loop"),
        }));
        int start = _body.Length;
        Line($"for ({initializers}; {condition}; {iterators})");
        _hasLoops = false;
        EmitBraced(loop.EmbeddedStatement);
        if (!_hasLoops && LoopUnrolling.IsShort(loop))
            _body.Insert(start, $"{new string(' ', 4 * _indentation)}#pragma unroll\n");
        _hasLoops = true;
    }

    /// <summary>
    /// The step of a loop. A counter that is compared with its bound by &lt;, &lt;=, &gt; or &gt;= and moves towards it
    /// by a constant is taken not to overflow, which lets compilers turn it into addresses; all other ints wrap.
    /// </summary>
    private string Iterator(ForStatement loop, Expression iterator)
    {
        if (iterator is AssignmentExpression
            {
                Left: IdentifierExpression counter,
                Operator: AssignmentOperatorType.Add or AssignmentOperatorType.Subtract
            } step
            && LoopUnrolling.Constant(step.Right) is { } size
            && loop.Condition is BinaryOperatorExpression { Left: IdentifierExpression tested } test
            && tested.GetILVariable() == counter.GetILVariable())
        {
            bool rises = step.Operator == AssignmentOperatorType.Add == size > 0;
            bool isBounded = rises
                ? test.Operator is BinaryOperatorType.LessThan or BinaryOperatorType.LessThanOrEqual
                : test.Operator is BinaryOperatorType.GreaterThan or BinaryOperatorType.GreaterThanOrEqual;
            if (isBounded)
            {
                string sign = step.Operator == AssignmentOperatorType.Add ? "+=" : "-=";
                return $"{Expression(counter).Text} {sign} {Expression(step.Right).Text}";
            }
        }
        return StatementExpression(iterator);
    }

    private void EmitSwitch(SwitchStatement choice)
    {
        Line($"switch ({Expression(choice.Expression).Text})");
        Line("{");
        foreach (ICSharpCode.Decompiler.CSharp.Syntax.SwitchSection section in choice.SwitchSections)
        {
            foreach (CaseLabel label in section.CaseLabels)
                Line(label.Expression is { } value ? $"case {Expression(value).Text}:" : "default:");
            Line("{");
            _indentation++;
            Emit(section.Statements);
            _indentation--;
            Line("}");
        }
        Line("}");
    }

    private string ReturnText(ReturnStatement result)
    {
        if (IsConstructor)
            return $"return {Self};";
        if (result.Expression is not { } expression)
            return "return;";
        CExpression value = Expression(expression);
        if (_returnType.IsView || _returnType.IsReference)
        {
            if (_returnSpaceKnown && _returnType.Space != value.Type.Space)
                throw Refuse(result, "a result that lies in one memory or in another");
            if (value.Type.Space == AddressSpace.Private && value.Type.IsView)
                throw Refuse(result, "a view of local memory as a result");
            _returnType = new CType(_returnType.Type, value.Type.Space);
            _returnSpaceKnown = true;
        }
        return $"return {value.Text};";
    }

    /// <summary>A local's declaration, without semicolon.</summary>
    private string Declaration(VariableInitializer initializer)
    {
        ILVariable variable = initializer.GetILVariable() ?? throw Refuse(initializer, $"variable {initializer.Name}");
        Type type = BindType(variable.Type, initializer);
        if (type.IsArray)
            return ArrayDeclaration(variable, type, initializer);
        if (initializer.Initializer is not { } value)
        {
            if (type.IsByRef || ArrayViews.IsView(type))
                return OpenDeclaration(variable, type, initializer);
            Variable uninitialized = Declare(variable, new CType(type));
            return $"{TypeName(uninitialized.Type, initializer)} {uninitialized.Name}";
        }
        CExpression initial = Expression(value);
        // A twin repeats the value, so nothing may happen where it is computed.
        bool hasTwin = type == typeof(int) && initial is { Wide: not null, IsPure: true } && !ChangesLater(variable)
            && initializer.Parent?.Parent is not ForStatement;
        Variable local = Declare(variable, new CType(type, initial.Type.Space), 0, hasTwin ? initial.Wide!.Text : null);
        return $"{TypeName(local.Type, initializer)} {local.Name} = {initial.Text}";
    }

    /// <summary>
    /// Whether anything but its declaration sets a variable. Asked of the C#, since the decompiler counts the
    /// definitions of a variable before it makes one of several that have one name.
    /// </summary>
    private bool ChangesLater(ILVariable variable) => variable.AddressCount > 0
        || _decompiled.Body.Descendants.OfType<IdentifierExpression>().Any(name =>
            name.GetILVariable() == variable
            && name.Parent switch
            {
                AssignmentExpression assignment => assignment.Left == name,
                UnaryOperatorExpression { Operator: UnaryOperatorType.AddressOf } => true,
                DirectionExpression => true,
                _ => false,
            });

    private string ArrayDeclaration(ILVariable variable, Type type, VariableInitializer initializer)
    {
        if (initializer.Initializer is not ArrayCreateExpression creation
            || creation.Arguments.Count + creation.AdditionalArraySpecifiers.Count > 1 || type.GetArrayRank() != 1)
        {
            throw Refuse(initializer, $"array {variable.Name}, which is not simply created where it is declared");
        }
        Type elementType = type.GetElementType()!;
        TypeName(elementType, initializer);
        string[] elements = creation.Initializer?.Elements.Select(element => Expression(element).Text).ToArray() ?? [];
        int length = (creation.Arguments.Count == 0 ? null : creation.Arguments[0].GetResolveResult()) switch
        {
            null => elements.Length,
            { IsCompileTimeConstant: true, ConstantValue: { } constant } =>
                Convert.ToInt32(constant, CultureInfo.InvariantCulture),
            _ => throw Refuse(initializer, $"array {variable.Name}, whose length is not a constant"),
        };
        if (length == 0)
            throw Refuse(initializer, $"array {variable.Name} without elements");
        Variable local = Declare(variable, new CType(type), length);
        string content = elements.Length > 0
            ? string.Join(", ", elements)
            : string.Join(", ", Enumerable.Repeat(Types.Zero(elementType), elementType.IsPrimitive ? 1 : length));
        return $"{TypeName(elementType, initializer)} {local.Name}[{length}] = {{ {content} }}";
    }

    private void EmitBraced(Statement statement)
    {
        Line("{");
        EmitIndented(statement);
        Line("}");
    }

    private void EmitIndented(Statement statement)
    {
        _indentation++;
        if (statement is BlockStatement block)
            Emit(block.Statements);
        else
            Emit(statement);
        _indentation--;
    }

    /// <summary>What C# programmers call the construct.</summary>
    private static string Noun(AstNode node) => node switch
    {
        ThrowStatement or ThrowExpression => "throw, which needs exceptions,",
        TryCatchStatement => "try, which needs exceptions,",
        ForeachStatement => "foreach, which needs an enumerator,",
        LockStatement => "lock",
        UsingStatement => "using",
        FixedStatement => "fixed",
        YieldReturnStatement or YieldBreakStatement => "yield",
        GotoCaseStatement or GotoDefaultStatement => "goto case",
        LambdaExpression or AnonymousMethodExpression => "lambda expression",
        StackAllocExpression => "stackalloc",
        InterpolatedStringExpression or PrimitiveExpression => "string",
        NullReferenceExpression => "null reference",
        ArrayCreateExpression => "new array outside of a local's declaration",
        _ => node.GetType().Name,
    };
}
