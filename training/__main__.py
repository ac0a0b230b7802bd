"""`python -m training`."""

import os

# Before torch is imported. Its threads otherwise wait for each other at full speed, and where
# another program needs a core, training takes three times as long; alone, this costs a little.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from training.cli import main

main()
