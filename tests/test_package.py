"""The wheel carries the content and works from any folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built from the checkout and unpacked by pip into an empty folder; packages come from this environment."""
    place = tmp_path_factory.mktemp("paket")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(place), str(ROOT)], check=True)
    (wheel,) = place.glob("*.whl")
    subprocess.run([*pip, "install", "-q", "--no-deps", "--target", str(place / "ziel"), str(wheel)], check=True)
    return place / "ziel"


def amip_dq(installed, cwd, *arguments):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AMIP_DQ_")}
    return subprocess.run(
        [sys.executable, "-m", "amip_dq", *arguments], cwd=cwd, env={**environment, "PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_wheel_holds_checks_rules_and_reports(installed):
    for name in ("checks/bg.yaml", "checks/layouts/buero.yaml", "rules/parameters.yaml", "rules/views/luecke.sql",
                 "reports/app.css", "reports/fonts/OFL.txt"):  # fmt: skip
        assert (installed / "amip_dq" / "_content" / name).is_file(), name


@pytest.mark.slow
def test_demo_works_from_another_folder(installed, tmp_path):
    done = amip_dq(installed, tmp_path, "demo", "--out", "bericht")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bericht" / "index.html").is_file()
    assert "Bitte öffnen: " in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["bericht"]
