"""The page as a reader meets it, in headless Chromium."""

import copy
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from stance.reports.report import write_report

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
TO_INSTALL = (
    "no Chromium: `.venv/bin/playwright install --only-shell chromium`, or Debian's chromium-headless-shell"
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
        if not Path(path).exists():
            pytest.skip(TO_INSTALL)
        # Containers have no user namespaces for the sandbox; the page is our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def show(browser, tmp_path):
    """Opens a report and sees to it that nothing went wrong and nothing was asked of the network."""
    complaints, requests, pages = [], [], []

    def open_report(content, **settings):
        file, *_ = write_report(content, tmp_path)
        page = browser.new_page(**settings)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield open_report
    for page in pages:
        page.close()
    assert complaints == []
    assert [url for url in requests if not url.endswith("/report.html")] == []


@pytest.fixture
def many_mistakes(content):
    """Two hundred mistakes of two kinds, from less to more confident."""
    content = copy.deepcopy(content)
    linear = content["runs"][1]
    (first,) = linear["mistakes"]
    linear["mistakes"] = [
        first
        | {
            "text": f"Sentence {number} of the mill.",
            "topic": "trams" if number % 2 else "parks",
            "gold_stance": "pro" if number % 4 == 1 else None,
            "predicted_stance": "contra",
            "confidence": number / 200,
            "words": [[0, 8, 0.4], [11, 13, -0.2]],
            "rest": 0.1,
        }
        for number in range(200)
    ]
    content["runs"] = content["runs"][1:]
    return content


def visible(page):
    return page.locator("ol.mistakes > li:visible").count()


def test_a_report_opens_without_a_complaint_or_a_request(show, content):
    page = show(content)
    assert page.get_by_role("heading", name="Comparison of runs", level=1).is_visible()
    assert page.get_by_role("heading", name="Mistakes", level=2).is_visible()


def test_text_that_wants_to_be_a_script_is_text(show, content):
    page = show(content)
    assert page.get_by_text("<script>alert('rails')</script> | & more").first.is_visible()


def test_mistakes_are_filtered_by_topic_stance_kind_confidence_and_words(show, many_mistakes):
    page = show(many_mistakes)
    page.get_by_label("Topic", exact=True).select_option("trams")
    page.get_by_label("Confidence from", exact=True).fill("0.8")
    assert visible(page) == 20
    page.get_by_label("Gold stance", exact=True).select_option("pro")
    assert visible(page) == 10
    page.get_by_label("Kind of mistake", exact=True).select_option("wrong topic")
    assert visible(page) == 0
    assert page.get_by_role("status").inner_text() == "Showing 0 of 0 that match, of 200 here."
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Words in the sentence", exact=True).fill("SENTENCE 123")
    assert visible(page) == 1


def test_mistakes_come_a_page_at_a_time_and_focus_goes_on(show, many_mistakes):
    page = show(many_mistakes)
    assert visible(page) == 50
    page.get_by_role("button", name="Show more").click()
    assert visible(page) == 100
    assert (
        page.evaluate("[...document.querySelectorAll('ol.mistakes > li')].indexOf(document.activeElement)")
        == 50
    )
    page.get_by_label("Topic", exact=True).select_option("trams")
    assert visible(page) == 50


def test_words_that_pushed_are_marked(show, many_mistakes):
    item = show(many_mistakes).locator("ol.mistakes > li").first
    assert item.locator("mark.toward").inner_text() == "Sentence"
    assert item.locator("mark.away").inner_text() == "of"
    assert "Sentence +0.400, of −0.200" in item.inner_text()


def test_without_scripts_every_mistake_is_shown(show, many_mistakes):
    page = show(many_mistakes, java_script_enabled=False)
    assert visible(page) == 200
    assert not page.locator("form.filters").is_visible()


def test_the_keyboard_reaches_sections_filters_and_folds(show, many_mistakes):
    page = show(many_mistakes)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the results"
    page.get_by_label("Topic", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Topic", exact=True).input_value() == "parks"
    fold = page.locator("details").first
    was_open = fold.evaluate("fold => fold.open")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.evaluate("fold => fold.open") is not was_open


def test_every_part_has_a_name_for_a_screen_reader(show, many_mistakes):
    page = show(many_mistakes)
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("nav, form, [role=group], [role=img], select, input, button")]
            .filter((part) => !part.ariaLabel && !part.labels?.length && !part.textContent.trim())
            .map((part) => part.outerHTML)"""
    )
    assert unnamed == []
    for role, name in [("navigation", "Sections"), ("group", "Scores"), ("form", "Filter the mistakes")]:
        assert page.get_by_role(role, name=name, exact=True).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(show, many_mistakes, scheme):
    """The contrast that WCAG 2.1 asks of text, level AA."""
    page = show(many_mistakes, color_scheme=scheme)
    contrasts = page.evaluate(
        """() => {
            const brightness = (colour) => {
                const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
                    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            const paper = brightness(getComputedStyle(document.documentElement).backgroundColor);
            const places = ["body", ".note", ".detail", ".where", ".reason", "nav a", ".verdict .wrong"];
            return places.map((place) => {
                const ink = brightness(getComputedStyle(document.querySelector(place)).color);
                return [place, (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)];
            });
        }"""
    )
    assert [place for place, contrast in contrasts if contrast < 4.5] == []


def test_a_narrow_screen_scrolls_down_only(show, many_mistakes):
    page = show(many_mistakes, viewport={"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_printed_report_leaves_out_the_controls_and_opens_the_folds(show, many_mistakes):
    page = show(many_mistakes)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator("form.filters").is_visible()
    assert page.pdf().startswith(b"%PDF")
    assert page.evaluate("[...document.querySelectorAll('details')].every((fold) => fold.open)")


def test_twenty_runs_with_many_mistakes_stay_usable(show, many_mistakes):
    content = copy.deepcopy(many_mistakes)
    linear, majority = content["runs"]
    runs = [copy.deepcopy(linear) | {"name": f"run {number:02}"} for number in range(20)]
    for run in runs:
        run["mistakes"] = run["mistakes"][:50]
        run["n_mistakes"] = 5000
    content["runs"], content["best"] = [*runs, majority], "run 00"
    names = [run["name"] for run in content["runs"]]
    metrics = list(content["metrics"])
    pairs = [
        {"run": run, "baseline": baseline} for place, run in enumerate(names) for baseline in names[:place]
    ]
    content["mcnemar"] = [content["mcnemar"][0] | pair for pair in pairs]
    content["differences"] = [
        content["differences"][0] | pair | {"metric": metric} for pair in pairs for metric in metrics
    ]
    started = time.process_time()
    page = show(content, viewport={"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    page.get_by_label("Run", exact=True).select_option("run 19")
    assert page.get_by_role("status").inner_text() == "Showing 50 of 50 that match, of 1000 here."
    assert "50 of 5,000 of run 19" in page.locator("main").inner_text()
    assert time.process_time() - started < 10
