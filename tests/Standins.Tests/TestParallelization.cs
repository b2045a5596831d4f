// PoCL 3.1 crashes now and then when two threads open devices or build programs for the first time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
