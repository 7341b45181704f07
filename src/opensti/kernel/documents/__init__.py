"""Official documents as Word and PDF: ``documents.rendering.render``."""
