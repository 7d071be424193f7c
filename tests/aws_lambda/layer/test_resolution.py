from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from otel_xray.aws_lambda.layer.resolution import Source, fetch
from otel_xray.aws_lambda.layer.target import Target, targets
from otel_xray.errors import ConfigurationError
from tests.aws_lambda.layer import wheels

pytestmark = pytest.mark.slow

OLD = Target("3.10", "x86_64")
NEW = Target("3.14", "x86_64")


def found(folder: Path, target: Target, *wanted: str, constraints: Path | None = None) -> list[str]:
    """Return name and version of what is fetched from *folder*'s wheels."""
    into = folder / target.python
    requirements = [Requirement(text) for text in wanted]
    fetched = fetch(requirements, target, Source(folder, constraints), into)
    return [f"{wheel.name} {wheel.version}" for wheel in fetched]


def test_markers_are_those_of_the_target(tmp_path: Path) -> None:
    """Whatever Python builds: what only the old one needs is there for the old one alone."""
    wheels.make(
        tmp_path,
        "a",
        needs=[
            "backport; python_version < '3.11'",
            "fresh; python_full_version >= '3.14'",
            "for-windows; sys_platform == 'win32'",
            "for-arm; platform_machine == 'aarch64'",
        ],
    )
    for name in ("backport", "fresh", "for-windows", "for-arm"):
        wheels.make(tmp_path, name)

    assert ["a 1.0", "backport 1.0"] == found(tmp_path, OLD, "a")
    assert ["a 1.0", "fresh 1.0"] == found(tmp_path, NEW, "a")


def test_extras_of_dependencies_count(tmp_path: Path) -> None:
    """`a[fast]` brings what a states for it, and what that needs in turn."""
    wheels.make(tmp_path, "a", needs=["b; extra == 'fast'", "c; extra == 'small'"])
    wheels.make(tmp_path, "b", needs=["d", "a"])
    wheels.make(tmp_path, "d")

    assert ["a 1.0", "b 1.0", "d 1.0"] == found(tmp_path, NEW, "a[fast]")


def test_constraints_choose_versions_for_the_target(tmp_path: Path) -> None:
    """Their markers are the target's, too; comments and what is not wanted are no hindrance."""
    for version in ("1.0", "2.0", "3.0"):
        wheels.make(tmp_path / "w", "a", version)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text(
        "# tested with\na==1.0 ; python_version < '3.11'\n"
        "a==2.0 ; python_version >= '3.11'  # newer\nunrelated==7\n"
    )

    assert ["a 1.0"] == found(tmp_path / "w", OLD, "a", constraints=constraints)
    assert ["a 2.0"] == found(tmp_path / "w", NEW, "a", constraints=constraints)


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("cp314-cp314-manylinux_2_34_x86_64", True),
        ("cp310-abi3-manylinux2014_x86_64", True),
        ("cp313-cp313-manylinux_2_17_x86_64", False),
        ("cp314-cp314-manylinux_2_35_x86_64", False),
        ("cp314-cp314-manylinux2014_aarch64", False),
        ("cp314-cp314-musllinux_1_2_x86_64", False),
        ("cp314-cp314-win_amd64", False),
    ],
)
def test_wheels_of_the_targets_platform_fit(tmp_path: Path, tag: str, fits: bool) -> None:
    """Lambda's Python, processor and glibc decide."""
    wheels.make(tmp_path, "a", tag=tag)

    if fits:
        assert ["a 1.0"] == found(tmp_path, NEW, "a")
    else:
        with pytest.raises(ConfigurationError, match=r"no wheel of 'a' for CPython 3.14 on x86_64"):
            found(tmp_path, NEW, "a")


def test_the_oldest_runtimes_have_an_older_glibc(tmp_path: Path) -> None:
    """Amazon Linux 2 has 2.26; wheels for a newer one are not taken there."""
    wheels.make(tmp_path, "a", "2.0", tag="cp310-cp310-manylinux_2_28_x86_64")
    wheels.make(tmp_path, "a", "1.0", tag="cp310-cp310-manylinux_2_24_x86_64")

    assert ["a 1.0"] == found(tmp_path, OLD, "a")


def test_a_dependency_without_a_wheel_is_named(tmp_path: Path) -> None:
    """Also one that pip itself would not have asked for."""
    running_only = "absent; python_version == '3.10' or python_version == '3.14'"
    wheels.make(tmp_path, "a", needs=[running_only])
    for target in (OLD, NEW):
        with pytest.raises(ConfigurationError, match=r"no wheel of '(absent|a)' for CPython"):
            found(tmp_path, target, "a")


def test_versions_that_do_not_fit_together_are_named(tmp_path: Path) -> None:
    """The line says what was wanted, not that resolution is impossible."""
    wheels.make(tmp_path / "w", "a", "1.0")
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("a==2.0")

    with pytest.raises(ConfigurationError, match=r"no wheel of 'a' .* that fits the constraints"):
        found(tmp_path / "w", NEW, "a", constraints=constraints)


def test_constraints_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file, and a line that is no requirement."""
    wheels.make(tmp_path, "a")
    with pytest.raises(
        ConfigurationError, match=r"constraints '.*nowhere' cannot be read: No such"
    ):
        found(tmp_path, NEW, "a", constraints=tmp_path / "nowhere")

    wrong = tmp_path / "wrong.txt"
    wrong.write_text("import a\n")
    with pytest.raises(ConfigurationError, match=r"pip cannot fetch .* Invalid requirement"):
        found(tmp_path, OLD, "a", constraints=wrong)


def test_an_index_that_does_not_answer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network: the line says so, and how to do without."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)

    with pytest.raises(ConfigurationError, match=r"index does not answer.*--find-links"):
        fetch([Requirement("a")], NEW, Source(), tmp_path / "into")


def test_a_wheel_that_leads_outside_is_refused(tmp_path: Path) -> None:
    """A path with '..' would write beside the layer."""
    wheels.make(tmp_path, "a", files={"../../etc/passwd": "mine"})

    with pytest.raises(ConfigurationError, match=r"names '../../etc/passwd', which lies outside"):
        found(tmp_path, NEW, "a")


def test_targets_are_lambdas() -> None:
    """In order and once; what Lambda has not is refused with what it has."""
    assert ["3.10", "3.14"] == [
        target.python for target in targets(["3.14", "3.10", "3.14"], "arm64")
    ]
    with pytest.raises(ConfigurationError, match=r"no Python '3.9'; write --python 3.10 or"):
        targets(["3.9"], "arm64")
    with pytest.raises(ConfigurationError, match=r"no processor 'aarch64'; write --arch x86_64 or"):
        targets(["3.10"], "aarch64")
