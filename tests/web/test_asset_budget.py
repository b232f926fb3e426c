"""What a page loads stays small: ui budget of the foundation, compressed with brotli."""

import re
from pathlib import Path

import luyue.web

DIST = Path(luyue.web.__file__).parent / "static/luyue/dist"
KB = 1024


def compressed(*names: str) -> int:
    missing = [name for name in names if not (DIST / f"{name}.br").exists()]
    assert not missing, f"not built: {missing}; run `python frontend/build.py`"
    return sum((DIST / f"{name}.br").stat().st_size for name in names)


def test_a_page_without_a_chart_loads_at_most_120_kb():
    assert compressed("app.js", "app.css", "theme.js", "icons.svg") <= 120 * KB


def test_a_field_page_with_its_outbox_does_too():
    assert compressed("app.js", "app.css", "theme.js", "icons.svg", "outbox.js") <= 120 * KB


def test_a_page_with_a_chart_loads_at_most_450_kb():
    assert compressed("app.js", "app.css", "theme.js", "icons.svg", "charts.js") <= 450 * KB


def test_nothing_is_loaded_from_elsewhere():
    style = (DIST / "app.css").read_text(encoding="utf-8")
    assert "url(http" not in style and "url(//" not in style and 'url("data:' not in style


def test_every_icon_that_a_page_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (DIST / "icons.svg").read_text(encoding="utf-8")))
    source = DIST.parents[3]
    named = {
        name
        for path in source.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert named and named <= sprite, f"add to frontend/icons.txt: {sorted(named - sprite)}"


def test_every_icon_of_the_sprite_is_drawn_somewhere():
    """By name: in a template, or as a word of its own in Python or JavaScript."""
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (DIST / "icons.svg").read_text(encoding="utf-8")))
    source = DIST.parents[3]
    ours = [
        path
        for ending in ("py", "html", "js")
        for path in source.rglob(f"*.{ending}")
        if DIST not in path.parents
    ]
    ours += (source.parents[1] / "frontend/src").rglob("*.js")
    named = {
        name
        for path in ours
        for name in re.findall(r"""["'#]([a-z0-9]+(?:-[a-z0-9]+)*)["']""", path.read_text(encoding="utf-8"))
    }
    assert sprite <= named, f"take out of frontend/icons.txt: {sorted(sprite - named)}"
