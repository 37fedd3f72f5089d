"""How documents get in: PDF, pages, clean text, passages, library."""
