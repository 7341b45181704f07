"""Pages of honours for the office and for those who would be named."""
