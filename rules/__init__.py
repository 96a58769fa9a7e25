"""Pure knowledge: what identifies a person, where it hides, how a byte changes."""
