"""Living compliance: events of a site become objects that are read again and findings of a run that stay true."""
