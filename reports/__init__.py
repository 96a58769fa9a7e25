"""Pure rendering: evidence in, bytes out."""
