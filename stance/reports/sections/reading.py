"""What the words of the report mean."""

from stance.reports.blocks import Section, Terms
from stance.reports.content import Content, all_rows
from stance.reports.numbers import title_of


def show_reading(content: Content) -> Section:
    """Metrics, rows and signs."""
    terms = [(title_of(metric), explanation) for metric, explanation in content["metrics"].items()]
    terms += [
        (
            content["majority"],
            "Every sentence gets the most frequent topic and its most frequent stance; at the gold topics, "
            "each topic gets its most frequent stance. Frequencies are those of the gold labels.",
        ),
        (
            "prior",
            "Gold's own labels, dealt out to the sentences at random: each as frequent as in gold.",
        ),
        (
            "human",
            "Where several annotators are known: each of them scored against the vote of the others.",
        ),
        (
            "Intervals",
            "Groups of articles that belong together (near-copies, copied sentences) are drawn with "
            "replacement; the interval holds the middle 95\u00a0% of the scores so obtained. It covers the "
            "choice of articles, not that of training seed or annotator.",
        ),
        ("–", "Undefined: there is no label of this kind in gold or predictions."),
    ]
    names = {run["name"] for run in all_rows(content)} | {"Intervals", "–"}
    names |= {title_of(metric) for metric in content["metrics"]}
    terms = [(term, meaning) for term, meaning in terms if term in names]
    if not all(run["stance_asked"] for run in content["runs"]):
        terms.append(
            ("*", "The stances are read off the run's labels: a gold topic that is lacking counts as wrong.")
        )
    return Section("reading", "How to read this", [Terms(terms)])
