"""``python -m stance`` is ``stance``."""

from stance.cli.app import main

if __name__ == "__main__":
    main()
