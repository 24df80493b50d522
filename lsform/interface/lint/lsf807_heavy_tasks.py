"""LSF807: tasks are light: they name files by URL, and do not hold them.

The pages that list tasks load all of their data. With files in base64, or with more than 100 kB a task, they take many
seconds, and a large project cannot be opened.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image_url"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>


Tasks:

    - image_url: https://example.com/1.png
      image: data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF807"
SEVERITY = Severity.WARNING
MOST = 100_000  # characters of a task as JSON: with some ten thousand such tasks, a page of them takes a minute
_FILE = re.compile(r"data:[\w.+-]+/[^\s,]+;base64,")
_HINT = "put files into a storage, and their URLs into tasks"


def check(subject: Subject) -> Iterator[Mistake]:
    told: dict[str, int] = {}
    for one in subject.bindings if subject.tasks else ():
        if one.text not in told:
            held = (number for number, value in subject.data.held(one) if isinstance(value, str) and _FILE.match(value))
            told[one.text] = next(held, 0)
        if told[one.text]:
            message = f"`{one.variables[0]}` of task {told[one.text]} holds a file, in base64"
            yield Mistake(one.node, message, _HINT, one.attribute)
    for number, task in enumerate(subject.tasks, 1):
        size = len(json.dumps(dict(task), ensure_ascii=False, default=str))
        if size > MOST:
            yield Mistake(subject.root, f"task {number} holds {size // 1000} kB of data", _HINT)
            return
