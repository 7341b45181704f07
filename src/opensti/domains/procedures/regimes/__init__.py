"""A procedure as data: its format, its loading, its forms, its checks."""
