"""Starting: a command waits for no library that one page, one format or one setting alone needs."""

import subprocess
import sys

# Each takes a tenth of a second to a whole one to import.
LATER = {
    "matplotlib",
    "numpy",
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


def test_starting_imports_nothing_that_only_a_chart_or_a_file_format_needs():
    assert imported("import bot.cli, bot.commands.run, bot.commands.demo") & LATER == set()


def test_a_chart_still_finds_its_library():
    words = (
        "from bot.actions.charts import Chart, draw; "
        "assert draw(Chart('Trend', 'One done.', ('1 Sep',), ((0, 0, 0, 0, 1),))).startswith(b'<svg')"
    )
    assert "matplotlib" in imported(words)
