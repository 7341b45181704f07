"""The papers of a contract: the words are data, the figures and rules come as plain values."""
