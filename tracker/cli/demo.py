"""``tracker demo``: fill a folder with a simulated municipality."""

import click

from tracker.cli.session import opened, progress, say


@click.command()
@click.option(
    "--participants",
    type=click.IntRange(1, 200_000),
    default=300,
    show_default=True,
    help="How many simulated participants there shall be; more of them later adds to those there.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=1,
    show_default=True,
    help="Another seed, other people; the same seed, the same ones.",
)
@click.option(
    "--years",
    type=click.IntRange(1, 30),
    default=8,
    show_default=True,
    help="How many years ago the first of them settled; it all ends today.",
)
def demo(participants: int, seed: int, years: int) -> None:
    """Fill the data folder with a simulated municipality.

    Its people are obviously synthetic: names such as "Demo Deltaker 0001", found as demo:0001, with identity
    numbers that only test persons have. What happened to them is recorded days to months later, some of it
    corrected or taken back, so that it can be asked what was known at any moment of those years. Beside real
    participants it is refused.
    """
    from tracker.demo.run import fill

    with opened() as app:
        added = fill(app, participants, seed, years, progress("simulating"))
    say(
        f"added {added.participants} simulated participants with {added.facts} facts; "
        f"{added.skipped} were there already; the read model stands at @{added.position}"
    )


COMMANDS: tuple[click.Command, ...] = (demo,)
