"""Everything installed is pinned to the bytes it had when it was chosen, and pip refuses any other."""

import base64
import hashlib
import re
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

# The newest security release of the 5.2 line when the lock was last gone through, on 2026-11-24.
# deploy/README.md says how to look for a newer one.
DJANGO = (5, 2, 19)
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def packages(name):
    """Return what a lock file holds, one text for each package, continued lines joined."""
    text = (settings.BASE_DIR / name).read_text("utf-8").replace("\\\n", "")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_the_lock_is_one_version_with_hashes(name):
    lines = packages(name)

    assert len(lines) > 15
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ]+( ; [^-]+?)? +(--hash=sha256:[0-9a-f]{64} *)+", line), line


def test_both_locks_agree():
    run, dev = (dict(line.split()[0].split("==") for line in packages(name)) for name in LOCKS)

    assert run.items() <= dev.items()


def test_lock_has_the_security_release_of_django():
    (version,) = re.findall(r"^django==5\.2\.(\d+) ", "\n".join(packages("requirements.lock")), re.MULTILINE)

    assert (5, 2, int(version)) >= DJANGO


def make_wheel(folder):
    """Write the smallest wheel there is: one module and what a wheel must say of itself."""
    inside = {
        "harmless.py": b"ANSWER = 42\n",
        "harmless-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n",
        "harmless-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},{_record_hash(content)},{len(content)}\n" for name, content in inside.items())
    inside["harmless-1.0.dist-info/RECORD"] = (record + "harmless-1.0.dist-info/RECORD,,\n").encode()
    path = folder / "harmless-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in inside.items():
            wheel.writestr(name, content)
    return path


def _record_hash(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def install(folder, wheel):
    """Install as the Makefile and the guide do, but from `folder` and never from the network."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    command += ["--no-index", "--find-links", wheel.parent, "--target", folder / "installed"]
    return subprocess.run([*command, "-r", folder / "lock"], capture_output=True, text=True)


def test_tampered_wheel_is_refused(tmp_path):
    wheel = make_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tmp_path / "lock").write_text(f"harmless==1.0 \\\n    --hash=sha256:{digest}\n")
    tampered = wheel.read_bytes().replace(b"ANSWER = 42", b"ANSWER = 43")
    wheel.write_bytes(tampered)

    process = install(tmp_path, wheel)

    assert process.returncode != 0
    assert "DO NOT MATCH THE HASHES" in process.stderr
    assert digest in process.stderr
    assert hashlib.sha256(tampered).hexdigest() in process.stderr
    assert not (tmp_path / "installed").exists()


def test_wheel_as_it_was_is_installed(tmp_path):
    wheel = make_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tmp_path / "lock").write_text(f"harmless==1.0 --hash=sha256:{digest}\n")

    process = install(tmp_path, wheel)

    assert process.returncode == 0, process.stderr
    assert (tmp_path / "installed" / "harmless.py").read_text() == "ANSWER = 42\n"


def test_package_without_a_hash_is_refused(tmp_path):
    wheel = make_wheel(tmp_path)
    (tmp_path / "lock").write_text("harmless==1.0\n")

    process = install(tmp_path, wheel)

    assert process.returncode != 0
    assert "Hashes are required" in process.stderr


def test_makefile_and_guide_install_only_with_hashes():
    for name in ("Makefile", "deploy/README.md"):
        text = (settings.BASE_DIR / name).read_text("utf-8")
        installing = [line for line in text.splitlines() if re.search(r"pip.* install .*-r ", line)]
        assert installing, name
        assert all("--require-hashes" in line for line in installing), name
