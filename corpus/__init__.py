"""What we know: documents, passages, and the searchable library. Imports nothing of ours."""
