"""The errors by which a damaged or locked zip file shows itself."""

from __future__ import annotations

import zipfile
import zlib

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
