"""Calls that integrations make, asked again with and without the privacy mode of the user-privacy guide."""
