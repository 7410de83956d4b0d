"""Reads files from outside in a process of its own, with limits on memory and time that the system holds.

A file can be made so that two kilobytes of it take gigabytes or minutes to read; only the system can stop a
parser that is written in C. The process gets none of our environment and can write no file. It is kept for
the next file of a batch, but never after a kill.
"""

from __future__ import annotations

import atexit
import base64
import json
import logging
import os
import selectors
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from pydantic import TypeAdapter

from bot.core.errors import UnreadableDocument
from bot.reading.duties.service import find_clauses
from bot.reading.extract.service import extract
from bot.reading.extract.spreadsheet import Rows, read_rows
from bot.reading.facts import Clause, Finding, Reading, Text
from bot.reading.findings.service import find_findings
from bot.reading.header.service import find_header
from bot.reading.limits import MEMORY_IS_LIMITED, TEXT
from bot.reading.picture import redraw
from bot.reading.service import read_document

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]


log = logging.getLogger(__name__)

# A process that has grown so large for one file is not kept for the next.
KEPT_UNDER = 250 * 1024 * 1024
TOO_MUCH = (
    "takes more memory or time to read than any policy does. It may be damaged: "
    "save it again, or save it as text, and send that"
)


class IsolatedReader:
    """Reads files one after another in one process, and starts another where a file was too much for it.

    Its methods raise UnreadableDocument, saying what would be right. Close it, or use it with `with`.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, on: date) -> Reading:
        """Read a policy as of a day: `bot.reading.service.read_document`, with limits."""
        return _READING.validate_python(
            self._ask(path.name, {"path": str(path.absolute()), "on": on.isoformat()})
        )

    def extract(self, path: Path) -> Text:
        """Extract the text of a file: `bot.reading.extract.service.extract`, with limits."""
        return _TEXT.validate_python(self._ask(path.name, {"path": str(path.absolute())}))

    def rows(self, path: Path, *, strict: bool = False) -> Rows:
        """Read the cells of a spreadsheet: `bot.reading.extract.spreadsheet.read_rows`, with limits."""
        order = {"path": str(path.absolute()), "rows": "strict" if strict else "lenient"}
        return _ROWS.validate_python(self._ask(path.name, order))

    def picture(self, path: Path) -> bytes:
        """Draw a picture anew as a PNG: `bot.reading.picture.redraw`, with limits."""
        found = self._ask(path.name, {"path": str(path.absolute()), "picture": "yes"})
        return base64.b64decode(str(found))

    def clauses(self, text: Text) -> tuple[Clause, ...]:
        """Find the clauses of a text that was extracted before."""
        return _CLAUSES.validate_python(self._ask(text.file, {"text": asdict(text)}))

    def findings(self, text: Text, on: date) -> tuple[Finding, ...]:
        """Find what is to be looked at, as of a day, in a text that was extracted before."""
        return _FINDINGS.validate_python(self._ask(text.file, {"text": asdict(text), "on": on.isoformat()}))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _ask(self, name: str, order: dict[str, Any]) -> object:
        process = self._process = self._process or _started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(_line(process.stdout))
        except (OSError, ValueError) as error:
            self.close()
            raise UnreadableDocument(f"{name} {TOO_MUCH}") from error
        if answer["ends"]:
            self.close()
        if answer["crashed"]:
            log.error("reading a file ended in an error of ours: %s", answer["crashed"])
            raise UnreadableDocument(f"{name} {TOO_MUCH}")
        if answer["refused"] is not None:
            raise UnreadableDocument(answer["refused"])
        return answer["found"]


_READING, _TEXT, _ROWS = TypeAdapter(Reading), TypeAdapter(Text), TypeAdapter(Rows)
_CLAUSES, _FINDINGS = TypeAdapter(tuple[Clause, ...]), TypeAdapter(tuple[Finding, ...])
_SHARED, _ONE_AT_A_TIME = IsolatedReader(), threading.Lock()
atexit.register(_SHARED.close)


@contextmanager
def shared_reader() -> Iterator[IsolatedReader]:
    """Lend the reader whose process stays for the next page; a process takes a second to start."""
    with _ONE_AT_A_TIME:
        yield _SHARED


def _started() -> subprocess.Popen[bytes]:
    # No secret of ours is in its environment.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "bot.reading.isolated"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload,no-any-return]  # noqa: S603 - our own program


def _line(answers: IO[bytes]) -> bytes:
    """Wait for an answer as long as one file may take."""
    with selectors.DefaultSelector() as selector:
        selector.register(answers, selectors.EVENT_READ)
        if not selector.select(TEXT.waiting):
            raise TimeoutError
    return answers.readline()


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Do one order in this process: what was found as JSON would hold it, or why the file cannot be read."""
    if "text" in order:
        text = _TEXT.validate_python(order["text"])
        header = find_header(text).header
        found_in = (
            find_findings(text, header, date.fromisoformat(order["on"]))
            if "on" in order
            else find_clauses(text, header)
        )
        return {"found": [asdict(one) for one in found_in], "refused": None}
    path = Path(order["path"])
    try:
        if "rows" in order:
            return {"found": read_rows(path, strict=order["rows"] == "strict"), "refused": None}
        if "picture" in order:
            return {"found": base64.b64encode(redraw(path)).decode(), "refused": None}
        found = read_document(path, date.fromisoformat(order["on"])) if "on" in order else extract(path)
    except UnreadableDocument as error:
        return {"found": None, "refused": str(error)}
    return {"found": asdict(found), "refused": None}


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Answer orders, a line of JSON each, until there are no more; each gets the time of `limits.TEXT`."""
    for line in orders:
        _limit()
        try:
            said = {**answer(json.loads(line)), "crashed": None, "ends": _has_grown()}
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - our own mistake would look like a damaged file
            # Its words may quote the file, so only its type and place are told.
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = {"found": None, "refused": None, "ends": True}
            said["crashed"] = f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"
        answers.write(json.dumps(said).encode() + b"\n")
        answers.flush()


def _limit() -> None:
    """Limit the memory and further processor time of this process; the system kills it past either."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + 1 + TEXT.seconds
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_DATA, (TEXT.memory, TEXT.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _has_grown() -> bool:
    if resource is None or not MEMORY_IS_LIMITED:
        return False
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return resident * resource.getpagesize() > KEPT_UNDER


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
