"""How faithfully pages are read: a gold set, its measures, and the readers ours stands beside."""
