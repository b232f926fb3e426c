"""Parts of pages that are asked for when nobody is logged in any more."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_part_is_refused_and_a_page_leads_to_the_log_in(client):
    part = client.get("/messages/", headers={"HX-Request": "true"})
    assert part.status_code == 401 and part.content == b""
    page = client.get("/messages/")
    assert page.status_code == 302 and page["Location"].startswith("/login/")
