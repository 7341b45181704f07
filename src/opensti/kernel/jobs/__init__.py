"""Background work: ``from opensti.kernel.jobs.actions import enqueue``.

Kinds of work are declared with ``opensti.kernel.jobs.registry.job``, regular acts with
``every``; ``worker.run_worker`` does both.
"""
