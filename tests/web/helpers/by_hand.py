"""What a hand does on a page, done to the end: the next page stands before the test looks at it.

Playwright's `click` comes back when the next page has begun to arrive; what is looked for at once may not
have come yet.
"""


def go(found):
    """Press what leads to another page, a locator of one thing, and wait until that page stands."""
    with found.page.expect_navigation():
        found.click()


def press(page, name):
    """Press the button with exactly this name, and wait until the page it leads to stands."""
    go(page.get_by_role("button", name=name, exact=True))
