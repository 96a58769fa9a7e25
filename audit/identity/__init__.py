"""One file a route from a legacy identifier to an account."""
