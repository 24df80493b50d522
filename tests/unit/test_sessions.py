"""How pages are followed: what is read out of them, and when what a command says is what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.sessions import Command, File, Handwork, shell, steps, untrue

PAGE = """\
# Page

```yaml
# envs/prod.yaml
kind: Environment
```

**In the browser:** press *Save*. It is on the left.

```console
$ cd envs
$ cat prod.yaml | tail -1
kind: ...
```

```sh
lsform plan
```
"""


def test_a_page_is_read_as_its_reader_follows_it() -> None:
    assert [
        File("envs/prod.yaml", "# envs/prod.yaml\nkind: Environment\n"),
        Handwork("press *Save*"),
        Command("cd envs", ""),
        Command("cat prod.yaml | tail -1", "kind: ..."),
    ] == list(steps(PAGE))


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("a 1 b", "a 1 b\n", True),
        ("a ... b", "a 1 2 b", True),
        ("...\nb", "b", True),
        ("...\nb", "a\na\nb", True),
        ("a\n...\nb", "a\nb", True),
        ("...\nb", "ab", False),
        ("a", "a\nb", False),
        ("a.b", "axb", False),
    ],
)
def test_three_dots_are_any_text_and_as_a_line_any_lines_or_none(expected: str, actual: str, same: bool) -> None:
    assert same == Command("", expected).matches(actual)


def test_a_page_is_followed_in_one_shell_until_it_is_untrue(tmp_path: Path) -> None:
    done: list[str] = []
    with shell(tmp_path) as run:
        assert "" == untrue(PAGE, run, done.append)
    assert ["press *Save*"] == done
    with shell(tmp_path) as run:
        said = untrue(PAGE.replace("kind: ...", "kind: Stack"), run, done.append)
    assert "$ cat prod.yaml | tail -1\n--- expected\nkind: Stack\n--- was\nkind: Environment\n\n" == said
