"""Open data in the forms that other people's programs read.

A floor of its own: pages and commands both write these files, and neither knows the other.
Each standard is one module of pure functions from the plain values of
``publications.queries`` to what the standard says; only ``files`` asks the database.
"""
