"""The scripts that set the project up and run its checks; no network is used."""

import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import a module of scripts/."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the least that the set-up looks at, in a folder with a space."""
    root = tmp_path / "my press"
    (root / "requirements").mkdir(parents=True)
    (root / "src" / "clausepress").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "src" / "clausepress" / "__init__.py").write_text('__version__ = "3.2.1"\n')
    for name in ("run", "test"):
        (root / "requirements" / f"{name}.txt").write_text("left-pad==1.0 --hash=sha256:00\n")
    return root


@pytest.fixture
def facts(load: Load, project: Path) -> Any:
    """What a virtual environment's Python would have said."""
    packages = project / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (project / ".venv" / "bin").mkdir()
    return load("_bootstrap").Facts("3.11", packages, has_pip=True)


# The gate


def test_an_old_python_is_told_what_to_install(load: Load) -> None:
    message = load("_python").refusal((3, 9, 6))
    assert "needs Python 3.11 or newer and this is 3.9.6" in message
    assert "apt install python3 python3-venv" in message
    assert "\n" not in message


def test_an_old_python_hands_over_to_a_newer_one_on_path(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken, good = tmp_path / "python3.14", tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")  # as version managers leave them
    good.write_text("#!/bin/sh\nexit 0\n")
    for path in (broken, good):
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert load("_python").newer_python() == str(good)
    good.unlink()
    assert load("_python").newer_python() == ""


@pytest.mark.parametrize("name", ["serve", "test", "lock"])
def test_help_works_from_any_folder_and_sets_nothing_up(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "a copy"
    shutil.copytree(
        ROOT / "scripts", copy / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [copy / "scripts" / name, "--help"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"./scripts/{name}")
    assert [path.name for path in copy.iterdir()] == ["scripts"]
    assert not any(elsewhere.iterdir())


# Virtual environment


def test_a_python_without_ensurepip_says_what_to_install(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load("_bootstrap")
    monkeypatch.setattr(bootstrap, "missing_modules", lambda: ["ensurepip"])
    monkeypatch.setattr(bootstrap, "can_apt", lambda: False)
    with pytest.raises(load("_steps").SetupError) as caught:
        bootstrap.need_venv()
    assert "lacks ensurepip" in str(caught.value)
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in str(caught.value)


def test_root_on_debian_gets_venv_installed(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap = load("_bootstrap")
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "missing_modules", lambda: [] if asked else ["ensurepip"])
    monkeypatch.setattr(bootstrap, "can_apt", lambda: True)
    monkeypatch.setattr(bootstrap, "apt_install", asked.append)
    monkeypatch.setattr(sys, "executable", "/usr/bin/no-such-python3")
    bootstrap.need_venv()
    assert asked == [f"python3.{sys.version_info[1]}-venv"]


def test_a_folder_that_is_no_environment_is_left_alone(load: Load, project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "letter.txt").write_text("mine")
    with pytest.raises(load("_steps").SetupError, match="not a virtual environment"):
        load("_bootstrap").make(project)
    assert (project / ".venv" / "letter.txt").exists()


def test_no_python_or_a_broken_one_asks_for_a_new_environment(load: Load, project: Path) -> None:
    bootstrap = load("_bootstrap")
    assert bootstrap.probe(project) is None
    python = bootstrap.venv_python(project)
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert bootstrap.probe(project) is None


def test_a_moved_project_asks_for_a_new_environment(load: Load, project: Path, facts: Any) -> None:
    bootstrap = load("_bootstrap")
    bootstrap.link(project, facts)
    assert not bootstrap.moved(project, facts)
    assert bootstrap.moved(project.parent, facts)


# Stamps


def test_nothing_is_installed_twice(load: Load, project: Path, facts: Any) -> None:
    bootstrap = load("_bootstrap")
    assert not bootstrap.current(project, "run", facts)
    mark = bootstrap.fingerprint(project, "run", facts)
    bootstrap.stamp(project, "run").write_text(mark)
    assert bootstrap.current(project, "run", facts)
    assert not bootstrap.current(project, "test", facts)
    assert not bootstrap.current(project, "run", facts._replace(version="3.12"))
    (project / "requirements" / "run.txt").write_text("left-pad==1.1 --hash=sha256:00\n")
    assert not bootstrap.current(project, "run", facts)


def test_the_test_set_serves_for_running(load: Load, project: Path, facts: Any) -> None:
    bootstrap = load("_bootstrap")
    mark = bootstrap.fingerprint(project, "test", facts)
    bootstrap.stamp(project, "test").write_text(mark)
    assert bootstrap.current(project, "run", facts)


@pytest.mark.parametrize("uv", ["", "/somewhere/uv"])
def test_installing_checks_hashes_and_builds_nothing(
    load: Load, project: Path, facts: Any, monkeypatch: pytest.MonkeyPatch, uv: str
) -> None:
    bootstrap = load("_bootstrap")
    commands: list[list[str]] = []
    settings: list[dict[str, str]] = []

    def step(_title: str, command: list[str], *, fix: str, env: dict[str, str]) -> None:
        commands.append(command)
        settings.append(env)
        assert fix

    monkeypatch.setattr(bootstrap, "step", step)
    monkeypatch.setattr(bootstrap, "find_uv", lambda: uv)
    bootstrap.install(project, "run", facts)
    (command,) = commands
    assert {"--require-hashes", "--no-deps", ":all:"} < set(command)
    assert command[0] == uv or not uv
    assert settings[0]["UV_PYTHON_DOWNLOADS"] == "never"
    assert bootstrap.current(project, "run", facts)


def test_a_failed_installation_leaves_no_stamp(
    load: Load, project: Path, facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap, error = load("_bootstrap"), load("_steps").SetupError
    bootstrap.stamp(project, "run").write_text(bootstrap.fingerprint(project, "run", facts))

    def step(*_: Any, **__: Any) -> None:
        raise error("no network")

    monkeypatch.setattr(bootstrap, "step", step)
    with pytest.raises(error):
        bootstrap.install(project, "run", facts)
    assert not bootstrap.current(project, "run", facts)


# Linking


def test_the_package_its_command_and_its_plugin_are_known(
    load: Load, project: Path, facts: Any
) -> None:
    load("_bootstrap").link(project, facts)
    found = Distribution.at(facts.packages / "clausepress-3.2.1.dist-info")
    assert found.version == "3.2.1"
    groups = {(each.group, each.name) for each in found.entry_points}
    assert groups == {("console_scripts", "clausepress"), ("mkdocs.plugins", "clausepress")}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [each for each in found.requires or [] if "extra ==" not in each] == wanted
    assert (facts.packages / "_clausepress.pth").read_text() == f"{project / 'src'}\n"
    assert all(path.locate().exists() for path in found.files or [])


def test_linking_again_changes_nothing_and_a_new_version_replaces_the_old(
    load: Load, project: Path, facts: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    link = load("_bootstrap").link
    link(project, facts)
    capsys.readouterr()
    link(project, facts)
    assert capsys.readouterr().out == ""
    (project / "src" / "clausepress" / "__init__.py").write_text('__version__ = "3.3"\n')
    link(project, facts)
    names = [path.name for path in facts.packages.glob("*.dist-info")]
    assert names == ["clausepress-3.3.dist-info"]


def test_an_installation_made_by_others_is_left_alone(
    load: Load, project: Path, facts: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    other = facts.packages / "clausepress-3.0.dist-info"
    other.mkdir()
    (other / "INSTALLER").write_text("pip\n")
    load("_bootstrap").link(project, facts)
    assert "Leaving clausepress-3.0.dist-info as it is" in capsys.readouterr().out
    assert not list(facts.packages.glob("*.pth"))


def test_the_command_starts_in_a_path_with_spaces(load: Load, project: Path, facts: Any) -> None:
    bootstrap = load("_bootstrap")
    bootstrap.link(project, facts)
    bootstrap.venv_python(project).symlink_to(sys.executable)
    (project / "src" / "clausepress" / "cli.py").write_text("def main():\n    return 7\n")
    env = {**os.environ, "PYTHONPATH": str(project / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([project / ".venv" / "bin" / "clausepress"], env=env, check=False)
    assert done.returncode == 7


# Steps


def test_a_failed_step_shows_the_end_of_its_output_and_the_fix(load: Load) -> None:
    steps = load("_steps")
    noisy = [sys.executable, "-c", "for n in range(99): print('line', n)\nraise SystemExit(3)"]
    with pytest.raises(steps.SetupError) as caught:
        steps.step("Counting", noisy, fix="count less.")
    lines = str(caught.value).splitlines()
    assert lines[-2:] == ["Failed: Counting (exit status 3)", "Fix: count less."]
    assert lines[-3] == "  | line 98"
    assert len(lines) == steps.TAIL + 2


def test_failures_and_interrupts_end_without_a_traceback(
    load: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = load("_steps")
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def fail(_: list[str]) -> int:
        raise steps.SetupError("it broke", "mend it.")

    def stop(_: list[str]) -> int:
        raise KeyboardInterrupt

    assert steps.guarded(fail, []) == 1
    assert capsys.readouterr().err == "Failed: it broke\nFix: mend it.\n"
    assert steps.guarded(stop, []) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_step_takes_its_command_along(tmp_path: Path, number: int) -> None:
    pid = tmp_path / "pid"
    child = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))"
    code = (
        "import signal, sys, _steps; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"step = lambda _: _steps.step('Waiting', [sys.executable, '-c', {child!r} "
        "+ '; time.sleep(60)'], fix='-'); sys.exit(_steps.guarded(step, []))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE) as parent:
        deadline = time.monotonic() + 20
        while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        parent.send_signal(number)
        _, errors = parent.communicate(timeout=20)
    assert parent.returncode == (130 if number == signal.SIGINT else 143)
    assert b"Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


# Browsers


def test_a_snap_is_no_browser_for_tests(load: Load, tmp_path: Path) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text('#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    real = tmp_path / "chromium"
    real.write_text('#!/bin/sh\nexec /usr/lib/chromium/chromium "$@"\n')
    assert load("_browser").is_snap(stub)
    assert not load("_browser").is_snap(real)


def test_a_wrong_test_browser_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_BROWSER", "/no/such/browser")
    with pytest.raises(load("_steps").SetupError, match="TEST_BROWSER"):
        load("_browser").find(Path(sys.executable))


def test_without_a_browser_the_fix_is_one_line(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = load("_browser")
    monkeypatch.setattr(browser, "find", lambda _: "")
    monkeypatch.setattr(browser, "can_apt", lambda: False)
    path, lacking = browser.provide(Path(sys.executable))
    assert path == ""
    assert lacking
    assert "\n" not in lacking


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, False),
        ({"CI": "false"}, False),
        ({"CI": "true"}, True),
        ({"CI": "0", "REQUIRE_BROWSER": "1"}, True),
    ],
)
def test_ci_requires_a_browser(
    load: Load, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], expected: bool
) -> None:
    for name in ("CI", "REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert load("_checks").required() is expected


def test_browser_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_a(): pass\ndef test_b(page): pass\n")
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    report = tmp_path / "counts.json"
    runner = ROOT / "scripts" / "_pytest_run.py"
    options = ["-rs", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, runner, report, *options],
        env={**os.environ, "NO_BROWSER": "get one"},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "no browser: get one" in done.stdout
    assert json.loads(report.read_text()) == {"passed": 1, "skipped": 1}


# The last line


def test_the_last_line_counts_checks_and_tests(load: Load) -> None:
    summary = load("_checks").summary
    assert summary({"passed": 5, "status": 0}, 11, [], "") == "16 passed, 0 failed"
    red = summary({"passed": 4, "failed": 1, "skipped": 2, "status": 1}, 11, ["mypy"], "")
    assert red == "14 passed, 2 failed, 2 skipped (mypy)"
    assert summary({"status": 4}, 11, [], "") == "11 passed, 1 failed"
    missing = summary({"passed": 3, "status": 0}, 0, ["finding a browser"], "get one")
    assert missing.startswith("3 passed, 1 failed (finding a browser)")
    assert missing.endswith("no browser: get one")


# Requirement files


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").iterdir()), ids=lambda p: p.name)
def test_requirements_name_no_place(path: Path) -> None:
    text = path.read_text()
    for place in ("://", "file:", "--index", "--extra-index", "--find-links", "-i ", "@"):
        assert place not in text, f"{path.name} holds {place}: run scripts/lock"


def test_every_pinned_package_has_hashes() -> None:
    for name in ("run", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        entries = re.split(r"\n(?=\S)", text.strip())
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_the_test_set_holds_the_run_set() -> None:
    run, test = (
        set(PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text()))
        for name in ("run", "test")
    )
    assert run <= test, "run scripts/lock"


def test_the_lock_follows_pyproject(load: Load) -> None:
    wanted = load("_lock").run_in((ROOT / "pyproject.toml").read_text())
    assert (ROOT / "requirements" / "run.in").read_text() == wanted, "run scripts/lock"


def test_commands_are_executable() -> None:
    for path in ("scripts/serve", "scripts/test", "scripts/lock", ".ci/run"):
        assert os.access(ROOT / path, os.X_OK), path
