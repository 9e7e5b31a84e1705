"""``stance verify``: is an output folder whole, and does it hold what it says?"""

from typing import Annotated

import typer

from stance.phrases import count_of

N_SHOWN = 20


def verify(
    scores: Annotated[str, typer.Argument(help="Folder that stance predict wrote, or its URL.")],
) -> None:
    """Check the parts, the ledger and the counts of a run; exits with 1 if anything is wrong."""
    from stance.cli.predict import describe_shared
    from stance.workflows.verify import verify

    found = verify(scores)
    summary = found.summary
    counts = summary.counts
    for problem in found.problems[:N_SHOWN]:
        print(f"{scores}: {problem}")
    if len(found.problems) > N_SHOWN:
        print(f"and {len(found.problems) - N_SHOWN:,} more")
    if found.problems:
        raise typer.Exit(1)
    print(
        f"{scores} is whole: {count_of(summary.n_files, 'file')} in {count_of(found.n_blocks, 'block')}; "
        f"{count_of(counts['articles_in'], 'article')} read, {counts['articles']:,} scored, "
        f"{counts['set_aside']:,} set aside; {count_of(counts['sentences_in'], 'sentence')} read, "
        f"{counts['sentences']:,} scored, {counts['sentences_set_aside']:,} set aside"
    )
    if found.shared_ids.n:
        print(describe_shared(found.shared_ids))
