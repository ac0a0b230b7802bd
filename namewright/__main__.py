"""The `namewright` command, and `python -m namewright`.

Imports leave no garbage, and looking for it takes a tenth of their time: so the collector is off
while they run. `serve` turns it on once the application is made; the other commands are short.

numpy's OpenBLAS starts a thread for each core, which takes longer than to import the rest of numpy,
and no command has matrices large enough for them. Who sets the variable is obeyed.

Until `main` runs, Ctrl-C ends the process as it ends any other: there is nothing to tidy up.
"""

import gc
import os
import signal

gc.disable()
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
is_interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if is_interruptible:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from namewright.cli import main  # noqa: E402

if is_interruptible:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if __name__ == "__main__":
    main()
