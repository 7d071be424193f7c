"""Where the words of a command end and those of a program begin."""

import pytest

from otel_xray.cli import main
from otel_xray.cli.program import split


@pytest.mark.parametrize(
    ("words", "own", "program"),
    [
        ("app.py", "", "app.py"),
        ("python app.py --timeout 5", "", "python app.py --timeout 5"),
        ("-- python app.py -- x", "", "python app.py -- x"),
        ("-m shop --help", "", "-m shop --help"),
        ("-c pass", "", "-c pass"),
        ("--timeout 5 app.py -x", "--timeout 5", "app.py -x"),
        ("--timeout=5 -m shop", "--timeout=5", "-m shop"),
        ("--timeout 5 -- --odd", "--timeout 5", "--odd"),
        ("--help app.py", "--help", "app.py"),
        ("--timeout", "--timeout", ""),
        ("--", "", ""),
        ("", "", ""),
    ],
)
def test_the_program_begins_with_the_first_word_that_is_no_option(
    words: str, own: str, program: str
) -> None:
    """Or after --, or with Python's -m or -c; values of options belong to these."""
    assert (own.split(), program.split()) == split(words.split(), ("--timeout",))


@pytest.mark.parametrize("words", [["run"], ["run", "--"], ["verify", "--timeout", "5"]])
def test_a_program_is_needed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without one the command says how it is used."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert 2 == ended.value.code
    assert f"{words[0]} needs a program, as in: {words[0]} python app.py" in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Also when a later word is the name of a command."""
    with pytest.raises(SystemExit) as ended:
        main(["walk", "run"])

    assert 2 == ended.value.code
    assert "invalid choice: 'walk'" in capsys.readouterr().err
