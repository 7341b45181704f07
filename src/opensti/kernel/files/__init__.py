"""Files people hand in: ``actions.upload`` and ``remove``, ``serving.readable_file`` and ``serve``."""
