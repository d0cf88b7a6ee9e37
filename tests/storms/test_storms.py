"""Short storms on a database of their own; `make races` and `make kills` are the long ones."""

import os
import re
import subprocess
import sys

from django.conf import settings

from tests.databases import own_database


def storm(folder, name, *options):
    """Run tests/storms/NAME.py on an empty database. Returns the last line it said."""
    with own_database(folder, name) as url:
        process = subprocess.run(
            [sys.executable, f"tests/storms/{name}.py", *options],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": url, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout.splitlines()[-1]


def test_two_editors_at_once_lose_nothing_in_silence(tmp_path):
    told = storm(tmp_path, "races", "--races", "18")
    won = re.fullmatch(r"18 kappløp av 45 par, frø 1, vunnet \{'kari': (\d+), 'ola': (\d+)\}: 0 stille tap", told)
    assert int(won[1]) + int(won[2]) == 18


def test_process_killed_while_it_saves_leaves_nothing_half_done(tmp_path):
    told = storm(tmp_path, "kills", "--kills", "8")
    halted = re.fullmatch(r"8 drap, frø 1, midt i (\{.+\}), (\d+) bekreftet lagret: 0 feil", told)
    assert sum(map(int, re.findall(r": (\d+)", halted[1]))) == 8
    assert int(halted[2]) > 0
