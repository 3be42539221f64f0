"""What keeps a report from being written as it was asked for."""

from __future__ import annotations


class ReportError(Exception):
    """A format, a language or a template that cannot be used here; the text says what to do."""
