"""How questions are answered: hits, checked and cited answers, and the pages that show them."""
