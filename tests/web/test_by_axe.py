"""The checker itself: it finds what is wrong, once it is there, and nothing where nothing is."""

import pytest
from by_axe import RULES_OF_A_LOOK, violations

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>{}</main></html>'
PALE = '<p style="color: #999; background: #fff">Too pale to be read</p>'


def ids(found):
    return {one["id"] for one in found}


def test_what_is_wrong_with_a_page_is_found_and_what_is_mended_is_not(visitor):
    page = visitor()
    page.set_content(PAGE.format('<img src="data:,">' + PALE))
    assert ids(violations(page)) == {"image-alt", "color-contrast"}
    assert ids(violations(page, RULES_OF_A_LOOK)) == {"color-contrast"}
    page.set_content(PAGE.format("<p>All is well</p>"))
    assert violations(page) == []


def test_what_scrolls_sideways_or_is_too_small_to_press_is_found(visitor, faults):
    page = visitor(width=360)
    page.set_content(
        PAGE.format('<p style="width: 600px">Wide</p><button style="height: 30px">Go on</button>')
    )
    assert set(faults(page, "a page", 360)) == {"a page scrolls sideways", "a page: Go on is too small"}
    page.set_content(PAGE.format('<p>Narrow</p><button style="height: 44px; width: 88px">Go on</button>'))
    assert list(faults(page, "a page", 360)) == []
