"""Starting: a command waits for no library that one page, one format or one setting alone needs."""

import subprocess
import sys

# Each takes a tenth of a second to a whole one to import.
LATER = {
    "openpyxl",
    "pypdf",
    "pypdfium2",
    "docx",
    "lxml",
    "prometheus_client",
    "opentelemetry.sdk",
}


def imported(words):
    """What a program has imported once it has run these words."""
    asked = f"{words}; import sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_starting_imports_nothing_that_only_one_file_format_needs():
    assert imported("import bot.cli.main, bot.cli.server, bot.cli.demo") & LATER == set()
