"""The installer of `make bundle` refuses a machine that it was not made for, before it touches anything."""

import os
import subprocess
import sys
import sysconfig

import pytest

from tools import bundle

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(("version", "system"), [("2.7", sysconfig.get_platform()), (HERE, "vax-vms")])
def test_another_machine_is_told_and_left_alone(tmp_path, version, system):
    script = tmp_path / "install.sh"
    script.write_text(bundle.installer(version, system))
    done = subprocess.run(
        ["sh", script], env=os.environ | {"PYTHON": sys.executable}, capture_output=True, text=True
    )
    assert done.returncode == 1 and f"安装包适用于 {version} {system}" in done.stderr
    assert list(tmp_path.iterdir()) == [script]


def test_the_machine_it_was_made_for_goes_on_to_its_packages(tmp_path):
    """Without the packages, which need the internet to be fetched, it ends there."""
    script = tmp_path / "install.sh"
    script.write_text(bundle.installer(HERE, sysconfig.get_platform()))
    done = subprocess.run(
        ["sh", script], env=os.environ | {"PYTHON": sys.executable}, capture_output=True, text=True
    )
    assert done.returncode != 0 and "requirements.txt" in done.stderr
    assert (tmp_path / ".venv/bin/python").exists()
