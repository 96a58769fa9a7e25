"""One file a source of content."""
