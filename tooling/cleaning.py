"""``make clean``."""

import shutil

from . import postgres, settings
from .steps import announce


def main():
    """Stops the embedded PostgreSQL, then removes the ignored folder."""
    postgres.stop_left_over()
    if settings.WORK.exists():
        shutil.rmtree(settings.WORK)
    announce(f"{settings.WORK} is removed.")
