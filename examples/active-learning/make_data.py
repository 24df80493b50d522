"""Writes `messages.jsonl`: 600 invented messages to a shop, and `topics.json`, what each is about. Always the same.

    python make_data.py

Most are about deliveries and returns; few are about safety, which is what one would like to find.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

HERE = Path(__file__).parent
COUNT = 600
THINGS = (
    "kettle", "lamp", "blender", "backpack", "tent", "chair", "jacket", "keyboard", "charger", "toaster", "heater",
    "drill", "blanket", "bike light", "rice cooker", "desk", "monitor", "teapot",
)  # fmt: skip
OPENINGS = ("", "Hi, ", "Hello, ", "Good morning. ", "Dear team, ", "Quick question: ", "Sorry to bother you. ")
CLOSINGS = ("", " Thanks.", " Please help.", " Best wishes.", " I am waiting for your answer.", " It is a gift.")

# Topic -> how many in a hundred, and what people say.
TOPICS: dict[str, tuple[int, tuple[str, ...]]] = {
    "Delivery": (45, (
        "where is my {thing}, it should have arrived on {day}",
        "the parcel with the {thing} was left at the wrong door",
        "tracking has not moved since {day}",
        "can the {thing} come on {day} instead",
        "the courier says the address does not exist",
        "my order of a {thing} is late again",
        "nobody rang, and now the {thing} is at some depot",
    )),
    "Return": (35, (
        "I want to send the {thing} back, it is too small",
        "how do I return a {thing} without its box",
        "the label for sending back the {thing} does not print",
        "I changed my mind about the {thing}",
        "please exchange the {thing} for another colour",
        "is {day} too late to bring back the {thing}",
    )),
    "Payment": (12, (
        "my card was charged twice for the {thing}",
        "the refund for the {thing} has not reached my account since {day}",
        "the invoice shows the wrong company",
        "the voucher did not work when I bought the {thing}",
        "can I pay for the {thing} in three parts",
    )),
    "Safety": (8, (
        "the {thing} got so hot that it began to smoke",
        "I got an electric shock from the {thing} on {day}",
        "the plug of the {thing} melted",
        "a sharp edge of the {thing} cut my daughter's hand",
        "sparks came out of the {thing}",
        "the {thing} collapsed while I sat there, I hurt my back",
    )),
}  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def messages() -> list[tuple[str, str]]:
    """Texts, no two the same, with their topics."""
    chance = random.Random(6)
    topics, weights = [*TOPICS], [share for share, _ in TOPICS.values()]
    found: dict[str, str] = {}
    while len(found) < COUNT:
        [topic] = chance.choices(topics, weights)
        said = chance.choice(TOPICS[topic][1]).format(thing=chance.choice(THINGS), day=chance.choice(DAYS))
        opening, closing = chance.choice(OPENINGS), chance.choice(CLOSINGS)
        said = said if opening.endswith((", ", ": ")) else said[0].upper() + said[1:]
        found[f"{opening}{said}.{closing}"] = topic
    return [*found.items()]


def main() -> None:
    made = messages()
    lines = (json.dumps({"id": f"m{number:03}", "text": text}) + "\n" for number, (text, _) in enumerate(made))
    (HERE / "messages.jsonl").write_text("".join(lines), "utf-8")
    topics = {f"m{number:03}": topic for number, (_, topic) in enumerate(made)}
    (HERE / "topics.json").write_text(json.dumps(topics, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
