"""Texts as vectors of meaning, by a sentence model from a folder on disk.

    encoder = Encoder("models/all-MiniLM-L6-v2", cache="vectors.sqlite3")
    vectors = encoder.encode(["a cat sits", "a kitten is sitting"])
    cosine = vectors[0] @ vectors[1]

Needs ``sti-methods[embeddings]`` (onnxruntime and tokenizers, loaded at the first
`Encoder`); nothing is ever fetched.
"""

from sti_methods.embeddings.encoder import Encoder
from sti_methods.embeddings.folder import Unusable

__all__ = ["Encoder", "Unusable"]
