"""What only a browser can tell: accessibility, reflow, no network, keyboard, without JavaScript, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = "tags => axe.run(document, {preload: false, runOnly: {type: 'tag', values: tags}}).then(r => r.violations)"
KINDS = ("index.html", "team", "fall", "befunde-1.html", "suche.html", "regeln.html", "regel", "ziele.html", "lieferung.html",
         "nicht-geprueft.html", "nachweis.html", "hilfe.html", "leitung/index.html", "iks-bericht.html",
         "team-liste", "team-suche", "liste einer Regel", "Fall mit mehreren Befunden")  # fmt: skip
PATTERNS = {"team": "team/*/index.html", "fall": "team/*/fall/*.html", "regel": "regel/*.html", "team-liste": "team/*/befunde-1.html",
            "team-suche": "team/*/suche.html", "liste einer Regel": "regel-*-1.html"}  # fmt: skip


def path_of(site: Path, kind: str) -> Path:
    """Return one page of a kind."""
    if kind == "Fall mit mehreren Befunden":
        return next(p for p in sorted(site.glob(PATTERNS["fall"])) if 'id="befund-2"' in p.read_text("utf-8"))
    return sorted(site.glob(PATTERNS[kind]))[0] if kind in PATTERNS else site / kind


def opened(browser, path: Path, width: int = 1366, **options):
    """Open a page and collect what it complains about and what it asks the network for."""
    context = browser.new_context(viewport={"width": width, "height": 768}, bypass_csp=True, **options)
    page = context.new_page()
    page.complaints, page.requests = [], []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [1366, 320])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_overflows(browser, site: Path, kind: str, width: int) -> None:
    page = opened(browser, path_of(site, kind), width)
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, TAGS)
    assert not [(v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in found]
    assert not page.complaints
    assert all(url.startswith("file:") for url in page.requests)
    page.context.close()


def test_locked_run(browser, locked: Path) -> None:
    page = opened(browser, locked / "index.html")
    assert "Heute keine verlässlichen Zahlen" in page.inner_text("h1")
    page.evaluate(AXE)
    assert not page.evaluate(RUN_AXE, TAGS)
    page.context.close()


def test_policy_holds_without_bypass(browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    blocked = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto((site / "index.html").as_uri())
    assert not blocked
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.boese = 1'; document.body.append(s); }"
    )
    assert page.evaluate("window.boese") is None
    assert page.evaluate("document.fonts.check('1rem \"Fira Sans\"')")
    context.close()


def test_keyboard_from_list_to_case_and_back(browser, site: Path) -> None:
    start = path_of(site, "team")
    page = opened(browser, start)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "sprung"
    page.focus("table.liste tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fall/*.html")
    assert page.inner_text("h1")
    page.go_back()
    assert page.url == start.as_uri()
    page.context.close()


def test_keyboard_from_case_to_case_and_to_the_list(browser, site: Path) -> None:
    """Every step by keyboard alone: a line of the list, the next case, the way up."""
    page = opened(browser, path_of(site, "team-liste"))
    page.focus("table.liste tbody tr:nth-child(2) a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fall/*.html")
    first = page.url
    page.focus("a[rel=next], a[rel=prev]")
    page.keyboard.press("Enter")
    page.wait_for_function("before => location.href !== before", arg=first)
    page.focus("nav.pfad a:nth-of-type(2)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/befunde-1.html")
    page.context.close()


def test_sort_filter_and_all(browser, site: Path) -> None:
    page = opened(browser, site / "index.html")
    shown = "table.liste tbody tr:visible"
    assert page.locator(shown).count() == 10
    page.click("[data-mehr]")
    everything = page.locator(shown).count()
    chips = {chip.get_attribute("data-f"): chip.inner_text() for chip in page.query_selector_all(".chip")}
    assert chips[""] == f"Alle ({everything})"
    for key, text in chips.items():
        page.click(f'.chip[data-f="{key}"]')
        assert text.endswith(f"({page.locator(shown).count()})")
    page.click('.chip[data-f=""]')
    page.fill("input[type=search]", "gibt es nicht")
    assert "kein Treffer" in page.inner_text("[role=status]")
    page.fill("input[type=search]", "")
    page.click("table.liste thead th:nth-child(1) button")
    dates = [cell.get_attribute("data-s") for cell in page.query_selector_all("table.liste tbody td.frist")]
    assert (
        dates == sorted(dates) and page.get_attribute("table.liste thead th:nth-child(1)", "aria-sort") == "ascending"
    )
    page.context.close()


def test_search_finds_across_all_parts(browser, site: Path) -> None:
    page = opened(browser, site / "suche.html")
    page.wait_for_selector("#suche tbody tr")
    status = page.inner_text("#suche [role=status]")
    assert status.split()[0].replace(".", "").isdigit()
    case = page.inner_text("#suche tbody tr td.fall")
    page.fill("#suche input", case)
    page.wait_for_timeout(300)
    assert {cell.inner_text() for cell in page.query_selector_all("#suche tbody td.fall")} == {case}
    page.click("#suche tbody a")
    assert page.inner_text("h1")
    assert not page.complaints and all(url.startswith("file:") for url in page.requests)
    page.context.close()


@pytest.mark.parametrize("kind", ["index.html", "fall"])
def test_without_javascript(browser, site: Path, kind: str) -> None:
    page = opened(browser, path_of(site, kind), java_script_enabled=False)
    assert page.inner_text("h1")
    if kind == "index.html":
        assert page.locator("table.liste tbody tr:visible").count() > 10
        assert not page.is_visible(".filter")
    page.context.close()


@pytest.mark.parametrize("kind", ["index.html", "fall", "iks-bericht.html"])
def test_on_paper(browser, site: Path, kind: str, tmp_path: Path) -> None:
    page = opened(browser, path_of(site, kind))
    page.pdf(path=tmp_path / "druck.pdf", format="A4")
    assert (tmp_path / "druck.pdf").stat().st_size > 20_000
    page.emulate_media(media="print")
    assert not page.is_visible("nav[aria-label=Hauptnavigation]")
    page.context.close()


def test_forced_colours_keep_the_bars(browser, site: Path) -> None:
    page = opened(browser, site / "index.html", forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('svg .f-voll')).fill") != "none"
    page.context.close()


def test_forced_colours_keep_the_labels_of_a_timeline_readable(browser, site: Path) -> None:
    """No text beside a bar has the colour of the paper behind it."""
    page = opened(browser, path_of(site, "fall"), forced_colors="active", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    words = page.eval_on_selector_all("svg text.hof", "all => all.map(element => getComputedStyle(element).fill)")
    assert words and paper not in words
    page.context.close()


READY = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def milliseconds(browser, path: Path) -> float:
    """Return how long a page takes until it can be used, best of three: other work on the machine must not decide."""
    times = []
    for _ in range(3):
        page = opened(browser, path)
        page.wait_for_function(READY)
        times.append(page.evaluate(READY))
        page.context.close()
    return min(times)


def test_first_page_and_largest_list_open_fast(browser, site: Path, crowd: Path) -> None:
    """Half a second on a machine of its own; the limit here leaves room for a busy one."""
    assert milliseconds(browser, site / "index.html") < 1_500
    largest = crowd / "befunde-1.html"
    assert largest.read_text("utf-8").count("<tr") == 501 and largest.stat().st_size <= 400 * 1024
    assert milliseconds(browser, largest) < 1_500


def test_search_over_a_hundred_thousand_lines(browser, crowd: Path) -> None:
    page = opened(browser, crowd / "suche.html")
    page.wait_for_function("() => document.querySelector('#suche [role=status]').innerText.includes('100.000')")
    page.fill("#suche input", "L00077")
    page.wait_for_function("() => document.querySelectorAll('#suche tbody tr').length === 100")
    assert all("L00077" in cell.inner_text() for cell in page.query_selector_all("#suche tbody td.fall")[:5])
    assert page.evaluate(READY) < 5_000 and not page.complaints
    page.context.close()
