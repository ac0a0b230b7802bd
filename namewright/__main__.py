"""The `namewright` command, and `python -m namewright`.

Imports leave no garbage, and looking for it takes a tenth of their time: so the collector is off
while they run. `serve` turns it on once the application is made; the other commands are short.
"""

import gc

gc.disable()

from namewright.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
