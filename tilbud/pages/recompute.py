"""Recomputes the 2007 survey's published totals from its own cells. The rules here are ours, not the report's.

An institution counts once, however many rows it has; an empty cell, «-» and «planlegging» count as nothing;
an institution whose profile and format rows hold nothing that counts has no offer and is left out of the
age rows too. Ages: 18 and over is adults, 15-17 is young, anything lower or a word of children is children.
"""

import re
from collections import defaultdict

NOTHING = {"", "-", "planlegging"}
# The rows of chapter 8's two tables, as printed there, and the columns of the regional tables they count.
ROWS = {
    "Tilbud til pårørende": None,
    "Behandlingsrettet": "treatment",
    "Rådgivende": "counselling",
    "Undervisning/Kurs": "education",
    "Individuelle samtaler": "individual",
    "Par- og Familiesamtaler": "couple_family",
    "Gruppe tilbud": "group",
    "Voksne/18+": "adults",
    "unge/15+": "young",
    "Barn": "children",
}


def age_group(value):
    """Return which of chapter 8's age rows a printed age belongs to; None for an empty one."""
    if value in NOTHING:
        return None
    number = re.match(r"\d+", value)
    if not number:
        return "children"
    age = int(number.group())
    return "adults" if age >= 18 else "young" if age >= 15 else "children"


def recompute(cells):
    """Return {(sector, region slug, row): number of institutions}, with «norge» as the regions' sum."""
    found = defaultdict(set)
    rows = defaultdict(list)
    for cell in cells:
        rows[cell.sector, cell.region.slug, cell.institution_id or cell.row].append(cell)
    for (sector, region, institution), own in rows.items():
        counted = {c.column for c in own if c.table in ("profile", "format") and c.value.lower() not in NOTHING}
        if not counted and any(c.table in ("profile", "format") for c in own):
            continue
        ages = {age_group(c.value.lower()) for c in own if c.table == "age"}
        for row, column in ROWS.items():
            if column is None or column in counted or column in ages:
                found[sector, region, row].add(institution)
    totals = {key: len(institutions) for key, institutions in found.items()}
    for (sector, _region, row), number in list(totals.items()):
        totals[sector, "norge", row] = totals.get((sector, "norge", row), 0) + number
    return totals
