"""Talking to Atlassian as an app: Connect's signed tokens, OAuth 2.0 grants, and the modules of an app."""
