"""``stance`` with blocks as small as the victim's, also in its workers, which import this anew."""

import tests.faults.small
from stance.cli.app import main

if __name__ == "__main__":
    assert tests.faults.small
    main()
