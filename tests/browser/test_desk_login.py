import pytest
from tests.browser.desk import desk  # noqa: F401
pytestmark = pytest.mark.browser
def test_x(desk):
    v = desk("Redaktør")
    assert "nettleser-redakt" in v.page.content().lower()
    assert v.page.context.cookies()[0]["path"] == "/admin/", v.page.context.cookies()
