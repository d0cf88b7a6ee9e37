"""Institutions and offers as files, CSV and Excel: out, and in again after a trial that says what would change.

Reading a file changes nothing: it makes a plan with a report row by row. The plan is carried out whole or not at
all, and only on entries that are still as the file knew them.
"""
