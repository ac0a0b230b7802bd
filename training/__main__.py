"""`python -m training`."""

import os
import sys

try:
    from training.cli import main

    main()
except KeyboardInterrupt:  # while it was starting; later, each command answers for itself
    sys.stderr.write("interrupted; nothing was written\n")
    sys.stderr.flush()
    os._exit(130)  # what is half imported may not know how to end
