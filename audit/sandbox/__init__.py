"""A stateful Confluence Cloud in memory, for the demonstration, for tests and for trying the tool."""
