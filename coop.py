"""The front door: one command, `coop`."""


def main() -> None:
    """Run the command line."""
