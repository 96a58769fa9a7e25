"""Fixtures that every test package shares."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture
def anyio_backend() -> str:
    """Return the one event loop that the product runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with specifications and corpus, or skip where the checkout stands alone."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder with specifications and corpus is not beside this checkout")
    return SHARED
