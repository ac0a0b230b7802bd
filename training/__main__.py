"""`python -m training`."""

import sys

try:
    from training.cli import main

    main()
except KeyboardInterrupt:  # while it was starting; later, each command answers for itself
    sys.stderr.write("interrupted; nothing was written\n")
    sys.exit(130)
