"""Archives with fixed times and owners, so that the same members give the same bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import datetime

Members = Mapping[str, bytes]


def tar_gz(members: Members, time: datetime) -> bytes:
    """A gzipped tar archive, members in their order, all of them of `time`."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = int(time.timestamp())
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), mtime=0)


def zipped(members: Members, time: datetime) -> bytes:
    """A zip archive, members in their order, all of them of `time`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, time.timetuple()[:6]), data)
    return packed.getvalue()
