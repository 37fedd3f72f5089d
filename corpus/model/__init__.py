"""The bundled French embedding model: its weights, its card, and the scripts that train it."""
