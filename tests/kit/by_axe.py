"""What axe finds wrong with a page: `violations(page)`. Every page is asked for all of these rules once."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Those that other colours or another width can break, on a page that was asked for all of them before.
RULES_OF_A_LOOK = {
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
    "resultTypes": ["violations"],
}


def violations(page, rules=RULES):
    """List axe's violations. Its Python package would load the script each time, and fetch what is right."""
    # A part of the page may stand before its style has come; what colours it has then is nobody's fault.
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules)
