"""What a hand does on a page, done to the end: the next page stands before the test looks at it.

Playwright's `click` and `press` come back before the next page has come: what is looked for at once may
still be found on the page that is left, and what the press should have written may not be written yet.
"""


def go(found):
    """Press what leads to another page, a locator of one thing, and wait until that page stands."""
    with found.page.expect_navigation():
        found.click()


def enter(page):
    """Press Enter on what has the focus, and wait until the page it leads to stands."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page, name):
    """Press the button with exactly this name, and wait until the page it leads to stands."""
    go(page.get_by_role("button", name=name, exact=True))
