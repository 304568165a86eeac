"""The shell: entry, navigation, theme, controls, charts, run handling, browser components."""
