using ILGPU.Compiler;

namespace ILGPU.Runtime;

/// <summary>Loads kernels onto an accelerator: compiles them and gives back a delegate that launches them.</summary>
/// <remarks>
/// Kernels are static methods of up to 14 parameters. A launch goes to the accelerator's default stream, is not
/// waited for, and allocates nothing.
/// </remarks>
public static class KernelLoaders
{
    /// <summary>Loads an explicitly grouped kernel; each launch says how many groups of how many threads.</summary>
    /// <exception cref="InternalCompilerException">The kernel holds a construct that can not be compiled.</exception>
    public static Action<KernelConfig, T1>
        LoadStreamKernel<T1>(
            this Accelerator accelerator,
            Action<T1> action)
        where T1 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <summary>Loads an explicitly grouped kernel whose groups are limited.</summary>
    /// <exception cref="InternalCompilerException">The kernel holds a construct that can not be compiled.</exception>
    public static Action<KernelConfig, T1>
        LoadStreamKernel<T1>(
            this Accelerator accelerator,
            Action<T1> action,
            KernelSpecialization specialization)
        where T1 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <summary>Loads an implicitly grouped kernel: one thread for each index of a launch's extent.</summary>
    /// <exception cref="InternalCompilerException">The kernel holds a construct that can not be compiled.</exception>
    public static Action<TIndex, T1>
        LoadAutoGroupedStreamKernel<TIndex, T1>(
            this Accelerator accelerator,
            Action<TIndex, T1> action)
        where TIndex : struct, IIndex
        where T1 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2>
        LoadStreamKernel<T1, T2>(
            this Accelerator accelerator,
            Action<T1, T2> action)
        where T1 : struct where T2 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2>
        LoadStreamKernel<T1, T2>(
            this Accelerator accelerator,
            Action<T1, T2> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3>
        LoadStreamKernel<T1, T2, T3>(
            this Accelerator accelerator,
            Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3>
        LoadStreamKernel<T1, T2, T3>(
            this Accelerator accelerator,
            Action<T1, T2, T3> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4>
        LoadStreamKernel<T1, T2, T3, T4>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4>
        LoadStreamKernel<T1, T2, T3, T4>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5>
        LoadStreamKernel<T1, T2, T3, T4, T5>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5>
        LoadStreamKernel<T1, T2, T3, T4, T5>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1})"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadStreamKernel(action, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadStreamKernel{T1}(Accelerator, Action{T1}, KernelSpecialization)"/>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
            this Accelerator accelerator,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
            KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, KernelIndexKind.Explicit, specialization);

    /// <inheritdoc cref="LoadAutoGroupedStreamKernel{TIndex, T1}(Accelerator, Action{TIndex, T1})"/>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
            this Accelerator accelerator,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
        where T11 : struct where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, IndexKindOf<TIndex>(), KernelSpecialization.Empty);

    private static KernelIndexKind IndexKindOf<TIndex>() =>
        typeof(TIndex) == typeof(Index1D) ? KernelIndexKind.Index1D
        : typeof(TIndex) == typeof(Index2D) ? KernelIndexKind.Index2D
        : typeof(TIndex) == typeof(Index3D) ? KernelIndexKind.Index3D
        : throw new NotSupportedException(
            $"An implicitly grouped kernel takes Index1D, Index2D or Index3D, not {typeof(TIndex).Name}.");
}
