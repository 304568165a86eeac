"""Entry point: ``streamlit run dashboard/app.py``.

Streamlit installs this script as ``__main__``, so a spawned worker process imports it once more
under the name ``__mp_main__``: what draws stands behind the guard, and nothing heavy before it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    from dashboard.shell import show

    show()
