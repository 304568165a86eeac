"""Entry point: ``streamlit run dashboard/app.py``.

The file is read under three names. The server imports it as ``app`` and serves the application
below. For every visitor Streamlit runs it as ``__main__``: it draws. A spawned worker process
imports it as ``__mp_main__``: nothing may happen then, and nothing heavy be imported.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    from dashboard.shell import show

    show()
elif __name__ == "app":
    import streamlit as st
    from starlette.middleware import Middleware

    from dashboard.security import SecurityHeaders

    app = st.App(__file__, middleware=[Middleware(SecurityHeaders)])
