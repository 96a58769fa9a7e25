"""Confluence Cloud as a source and as a target, over its public REST APIs v2 and v1."""
