"""Content made into documents: PDF and pictures (typst), DOCX (python-docx), HTML. Pure: content in, bytes out."""
