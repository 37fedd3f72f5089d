"""Questions written apart from the cases, by readers who never saw them: a second opinion."""
