"""Shared basics without knowledge of schools: errors, time, text, validation, roles, configuration and keys.

No I/O except reading configuration, and no imports of other packages of Handbell. docs/glossary.md defines
the words.
"""
