// One after the other: each runs the program, which takes every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
