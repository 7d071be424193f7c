from __future__ import annotations

import io
import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from otel_xray.aws_lambda.layer import archive
from otel_xray.aws_lambda.layer.build import Order, build
from otel_xray.aws_lambda.layer.entry import Entry
from otel_xray.aws_lambda.layer.report import LIMIT
from otel_xray.aws_lambda.layer.resolution import Source
from otel_xray.aws_lambda.layer.target import PYTHONS
from otel_xray.errors import ConfigurationError
from tests.aws_lambda.layer import wheels
from tests.aws_lambda.layer.conftest import RUNNING, Built

pytestmark = pytest.mark.slow


def order(folder: Path, *pythons: str) -> Order:
    """Return the order of a layer from *folder*'s wheels alone, our own included."""
    needs = ["needed>=1", "native-one; extra == 'compat'", "tracing; extra == 'console'"]
    own = wheels.make(folder, "otel-xray", "9.0", needs=needs, extras=["compat", "console"])
    return Order(
        output=folder / "layer.zip",
        pythons=pythons or [RUNNING],
        architecture="arm64",
        wheel=own,
        source=Source(folder / "others"),
        bytecode=False,
    )


def names(path: Path) -> set[str]:
    """Return the paths in a zip file."""
    return set(zipfile.ZipFile(path).namelist())


def test_the_default_layer_is_at_most_two_megabytes(layer: Built) -> None:
    """With bytecode for one Python, zipped; the report says what the file says."""
    assert layer.zip.stat().st_size == layer.report.zipped <= LIMIT == 2_000_000
    assert [RUNNING] == layer.report.bytecode


def test_the_default_layer_has_no_native_code(layer_for_all: Built) -> None:
    """One folder serves all Pythons on both processors."""
    files = names(layer_for_all.zip)

    assert {"otel-xray-instrument", "python"} == {name.partition("/")[0] for name in files}
    assert not any(".so" in name or name.startswith("python/lib/") for name in files)
    assert list(PYTHONS) == layer_for_all.report.pythons


def test_nothing_that_a_function_never_reads_is_in_it(layer: Built) -> None:
    """No tests, no stubs, no installer's records; licences stay."""
    files = names(layer.zip)
    stated = {name.rpartition("/")[2] for name in files if ".dist-info/" in name}

    assert {"METADATA", "entry_points.txt", "LICENSE"} == stated
    assert not any(name.endswith((".pyi", "py.typed", ".md")) for name in files)
    assert not any("/tests/" in name or "/console/static/" in name for name in files)


def test_opentelemetry_finds_its_entry_points(layer: Built) -> None:
    """Context, propagators and samplers load by name from what is kept of the metadata."""
    code = (
        "from opentelemetry.util._importlib_metadata import entry_points\n"
        "for group in ('context', 'propagator', 'traces_sampler', 'id_generator'):\n"
        "    for point in entry_points(group=f'opentelemetry_{group}'):\n"
        "        print(point.name); point.load()\n"
    )

    assert {
        *("contextvars_context", "tracecontext", "baggage", "xray", "xray-lambda"),
        *("parentbased_always_on", "traceidratio", "random"),
    } <= set(layer.run(code).split())


def test_it_is_the_same_byte_for_byte(layer: Built, tmp_path: Path) -> None:
    """Bytecode included, wherever and whenever it is built; from a wheel as from what is here."""
    python = layer.opt / "python"
    version = next(share.version for share in layer.report.shares if share.package == "otel-xray")
    wheel = tmp_path / f"otel_xray-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as written:
        for path in [*python.glob("otel_xray/**/*"), *python.glob("otel_xray-*/**/*")]:
            written.write(path, path.relative_to(python))
    again = build(Order(tmp_path / "b.zip", [RUNNING], "x86_64", wheel=wheel), os.environ)

    assert layer.report.sha256 == again.sha256
    assert layer.zip.read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_times_and_permissions_are_fixed(layer: Built) -> None:
    """Only the wrapper may be executed, and no time tells when it was built."""
    with zipfile.ZipFile(layer.zip) as written:
        items = written.infolist()

    assert sorted(item.filename for item in items) == [item.filename for item in items]
    assert {(1980, 1, 1, 0, 0, 0)} == {item.date_time for item in items}
    assert {"otel-xray-instrument"} == {
        item.filename for item in items if (item.external_attr >> 16) == stat.S_IFREG | 0o755
    }
    assert {0o644, 0o755} == {(item.external_attr >> 16) & 0o777 for item in items}


def test_source_date_epoch_is_the_time_of_all_files(tmp_path: Path) -> None:
    """As reproducible builds ask for; times that a zip file cannot say become those it can."""
    wheels.make(tmp_path / "others", "needed")
    build(order(tmp_path), {"SOURCE_DATE_EPOCH": "1000000000"})
    items = zipfile.ZipFile(tmp_path / "layer.zip").infolist()
    assert {(2001, 9, 9, 1, 46, 40)} == {item.date_time for item in items}

    for epoch, expected in (
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("99999999999", (2107, 12, 31, 23, 59, 58)),
    ):
        seconds = archive.source_date({"SOURCE_DATE_EPOCH": epoch})
        archive.write([Entry("a", b"", "a")], stream := io.BytesIO(), seconds)
        assert [expected] == [item.date_time for item in zipfile.ZipFile(stream).infolist()]

    with pytest.raises(ConfigurationError, match="SOURCE_DATE_EPOCH is 'today'; write seconds"):
        build(order(tmp_path), {"SOURCE_DATE_EPOCH": "today"})


def test_a_wheel_of_our_own_is_unpacked_like_an_installation(tmp_path: Path) -> None:
    """--wheel takes the package from there, and what it needs from its metadata."""
    wheels.make(tmp_path / "others", "needed", "1.5")
    report = build(order(tmp_path), {})

    assert {
        "otel-xray-instrument",
        "python/needed-1.5.dist-info/METADATA",
        "python/needed.py",
        "python/otel_xray-9.0.dist-info/METADATA",
        "python/otel_xray.py",
    } == names(tmp_path / "layer.zip")
    assert [("needed", "1.5"), ("otel-xray", "9.0")] == [
        (share.package, share.version) for share in report.shares
    ]


def test_native_wheels_of_several_pythons_lie_apart(tmp_path: Path) -> None:
    """What is the same for all is shared; each Python has the rest in a folder of its own."""
    others = tmp_path / "others"
    wheels.make(others, "needed")
    for tag in ("cp310-cp310", "cp313-cp313"):
        files = {f"native_one/core.{tag}.so": "machine code"}
        wheels.make(
            others, "native-one", tag=f"{tag}-manylinux2014_aarch64", files=files, needs=["needed"]
        )
    build(replace(order(tmp_path, "3.13", "3.10"), extras=["compat"]), {})
    both = names(tmp_path / "layer.zip")
    build(replace(order(tmp_path, "3.13"), extras=["compat"]), {})
    one = names(tmp_path / "layer.zip")

    folder = "python/lib/python{}/site-packages/native_one/core.{}.so"
    assert {
        folder.format("3.10", "cp310-cp310"),
        folder.format("3.13", "cp313-cp313"),
    } == {name for name in both if name.endswith(".so")}
    assert "python/needed.py" in both
    assert {"python/native_one/core.cp313-cp313.so"} == {n for n in one if n.endswith(".so")}


def test_native_code_in_a_default_layer_is_refused(tmp_path: Path) -> None:
    """A dependency that becomes native is one line, and nothing is written."""
    wheels.make(tmp_path / "others", "needed", tag="cp310-abi3-manylinux_2_17_aarch64")

    with pytest.raises(ConfigurationError, match=r"'needed-1\.0-cp310-abi3.* has native code"):
        build(order(tmp_path), {})
    assert not (tmp_path / "layer.zip").exists()


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_an_extra_brings_wheels_of_the_target(tmp_path: Path, architecture: str) -> None:
    """`compat` needs wrapt, whose native code is for the layer's processor, not for this one."""
    extras = ["compat"]
    path = tmp_path / "layer.zip"
    report = build(Order(path, ["3.10", "3.12"], architecture, extras, bytecode=False), {})
    with zipfile.ZipFile(path) as written:
        native = {name: written.read(name) for name in written.namelist() if ".so" in name}

    assert {"python3.10", "python3.12"} == {name.split("/")[2] for name in native}
    machine = {"x86_64": 62, "arm64": 183}[architecture]
    assert {machine} == {data[18] for data in native.values()}
    assert "wrapt" in {share.package for share in report.shares}


def test_a_failed_build_leaves_the_former_layer(tmp_path: Path) -> None:
    """The output is replaced when everything is written, and no unfinished file stays."""
    path = tmp_path / "layer.zip"
    path.write_text("the former one")
    with pytest.raises(ConfigurationError):
        build(order(tmp_path), {})  # there are no wheels

    assert "the former one" == path.read_text()
    assert {"layer.zip", "otel_xray-9.0-py3-none-any.whl"} == {
        each.name for each in tmp_path.iterdir()
    }


def test_bytecode_that_was_asked_for_needs_its_interpreter(tmp_path: Path) -> None:
    """By default a layer without it is built, which says so; asked for, it is an error."""
    absent = next(python for python in PYTHONS if python != RUNNING)
    wheels.make(tmp_path / "others", "needed")
    plain = replace(order(tmp_path, absent), bytecode=None)
    report = build(plain, {"PATH": ""})

    assert [] == report.bytecode
    assert "without bytecode: each cold start compiles" in "\n".join(report.lines())
    with pytest.raises(ConfigurationError, match=f"PATH has no python{absent}; install it"):
        build(replace(plain, bytecode=True), {"PATH": ""})


def test_a_module_that_does_not_compile_is_named(tmp_path: Path) -> None:
    """The line has Python's own words, and how to do without."""
    wheels.make(tmp_path / "others", "needed", files={"needed_too.py": "def broken(:\n"})
    broken = replace(order(tmp_path), bytecode=True)

    with pytest.raises(ConfigurationError, match=rf"compiled for Python {RUNNING} \(.*--no-pyc"):
        build(broken, {})


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    """Neither a file of that name, nor a zip file without metadata."""
    wanted = order(tmp_path)
    assert wanted.wheel is not None
    wanted.wheel.write_text("text")
    with pytest.raises(ConfigurationError, match=r"cannot be read as a wheel \(File is not a zip"):
        build(wanted, {})

    with zipfile.ZipFile(wanted.wheel, "w") as written:
        written.writestr("a.py", "")
    with pytest.raises(ConfigurationError, match=r"cannot be read as a wheel .*METADATA"):
        build(wanted, {})


def test_scripts_and_headers_of_wheels_stay_behind(tmp_path: Path) -> None:
    """Of a wheel's data only what belongs into site-packages goes into a layer."""
    data = "needed-1.0.data"
    files = {
        f"{data}/purelib/pure.py": "",
        f"{data}/platlib/plat.py": "",
        f"{data}/scripts/run.py": "",
        f"{data}/headers/needed.h": "",
    }
    wheels.make(tmp_path / "others", "needed", files=files)
    build(order(tmp_path), {})

    assert {"python/pure.py", "python/plat.py", "python/needed.py", "python/otel_xray.py"} == {
        name for name in names(tmp_path / "layer.zip") if name.endswith((".py", ".h"))
    }


def test_a_full_disk_is_one_line() -> None:
    """What is not written is not taken for a layer."""
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(ConfigurationError, match="layer cannot be written: No space left"),
    ):
        archive.write([Entry("a", b"", "a")], full, 0)
