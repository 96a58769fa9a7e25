"""Tests of publishing: what goes up, to whom it is shown, and that no credential reaches another host."""
