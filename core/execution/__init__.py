"""Where training runs: worker processes, the engine that feeds them, the store of run values.

Torch-free at import: the server imports this package and never imports torch. Knows no lesson:
what workers compute is given as top-level functions and names of modules.
"""
