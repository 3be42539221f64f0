"""Ten deployments with several faults each, among things that look like faults and are none."""

from __future__ import annotations

from collections.abc import Mapping

from .mixed_links import LINKS
from .mixed_trust import TRUST
from .mixture import Mixture

MIXTURES: Mapping[str, Mixture] = {**TRUST, **LINKS}
"""Mixtures by what is wrong with them."""
