"""Settings of generated tests: no wall-clock limit, as machines differ and are shared."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
