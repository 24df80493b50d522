"""Labels what `lsform select` chose, in place of a person: it looks every message up in `topics.json`.

    lsform select messages --key id --count 10 --out batch.jsonl
    python label.py batch.jsonl

It finds the server by LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY, as lsform does.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import httpx
from label_studio_sdk.client import LabelStudio

TOPICS: dict[str, str] = json.loads((Path(__file__).parent / "topics.json").read_text("utf-8"))


def main(batch: Path) -> None:
    chosen = [json.loads(line) for line in batch.read_text("utf-8").splitlines()]
    url, key = (os.environ[name] for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"))
    with httpx.Client(timeout=60, follow_redirects=True) as connection:
        server = LabelStudio(base_url=url, api_key=key, httpx_client=connection)
        for one in chosen:
            value = {"choices": [TOPICS[one["task"]]]}
            result = {"from_name": "topic", "to_name": "text", "type": "choices", "value": value}
            server.annotations.create(id=one["id"], result=[result])
    sys.stdout.write(f"{len(chosen)} messages labeled\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
