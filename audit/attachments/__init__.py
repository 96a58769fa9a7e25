"""The contents of attached files: text and metadata, read in a process that may fail without harm."""
