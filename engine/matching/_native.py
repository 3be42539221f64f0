"""Imports durable-rules, which is C, and says what to do where that fails."""

from __future__ import annotations

import importlib.util
import os
import sys
from types import ModuleType

REMEDY = (
    "a C compiler is needed; run"
    ' CPPFLAGS="-DPyEval_CallObject=PyObject_CallObject"'
    " pip install --force-reinstall --no-cache-dir durable-rules"
)


def durable_installed() -> bool:
    """Whether durable-rules is there; whether it can be imported shows in the worker."""
    return importlib.util.find_spec("durable") is not None


def import_durable() -> ModuleType:
    """The module `durable.engine`. Raises ImportError with what to do.

    On Python 3.13 the C library lacks a symbol that only storage callbacks use; bound lazily,
    it loads all the same.
    """
    flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        from durable import engine
    except ImportError as error:
        raise ImportError(f"durable-rules can't be imported ({error}); {REMEDY}") from error
    finally:
        sys.setdlopenflags(flags)
    module: ModuleType = engine
    return module
