"""One file a kind of personal data."""
