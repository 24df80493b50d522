"""Makes the pictures and sounds of the quickstart, always the same bytes. Writes only below `files/`.

Run `python make_data.py` with Pillow, which `lsform[server]` brings. The sounds are spoken by `espeak-ng`;
where it is not installed they are left as they are. The texts in `files/text` and `files/entities` are
written by hand.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import wave
from array import array
from io import BytesIO
from pathlib import Path

from drawings import DAY, DUSK, SNOW, THINGS, Canvas, bird, cat, dog, rabbit, street

FILES = Path(__file__).parent / "files"
AUDIO_RATE = 8000  # Hz: telephone quality, enough for speech
REACH = 8  # samples to each side that one resampled sample is made of

# a thing a line: what, x and y of its foot, size (negative looks to the left), colour or text
STREETS = (
    (
        DAY,
        """tree 60 272 110 #5f9a57
           sign 560 284 104 STOP
           person 471 282 84 #d95f4c
           car 190 336 190 #d8483e
           car 440 392 -230 #3d74b8""",
    ),
    (
        DAY,
        """sign 110 284 110 30
           person 300 282 82 #3f7fb5
           person 346 283 78 #e0b13f
           car 500 338 -200 #f0f1f2""",
    ),
    (
        DUSK,
        """tree 590 272 120 #56705a
           sign 420 284 112 !
           person 241 283 86 #5d9b84
           car 160 392 240 #e2b93b""",
    ),
    (
        SNOW,
        """tree 330 272 100 #6f8f78
           sign 90 284 104 50
           person 520 282 80 #d95f4c
           person 562 283 60 #e0b13f
           car 250 336 180 #4b8f7b
           car 470 392 220 #8a4f7d""",
    ),
    (
        DUSK,
        """sign 200 284 104 STOP
           car 420 336 -190 #c7ccd1
           person 130 392 120 #3f7fb5""",
    ),
    (
        DAY,
        """tree 500 272 118 #78a94e
           tree 575 272 96 #5f9a57
           sign 320 284 108 !
           person 110 282 82 #e0b13f
           person 158 283 84 #d95f4c
           person 205 282 78 #5d9b84""",
    ),
)

# who, its fur, what is lighter in it, the wall behind
ANIMALS = (
    (cat, "#e39a4f", "#f6d9b4", "#d7ecf2"),
    (dog, "#a9764d", "#efdcc3", "#dcead2"),
    (rabbit, "#b9a89a", "#efe6dc", "#e3e0f1"),
    (cat, "#7f8894", "#e7eaee", "#f6e3d5"),
    (bird, "#4f93c4", "#d9ecf7", "#fbf0d0"),
    (dog, "#f0ece4", "#b98a62", "#d9e4f2"),
)

# the voice of espeak-ng, and what it says
SENTENCES = (
    ("en-gb", "The train to Leeds leaves from platform nine."),
    ("en-us", "Please call me back after half past three."),
    ("en-gb-scotland", "It will rain in the north, with sun by the evening."),
    ("en-us", "Two coffees and one tea, no sugar."),
)


def pictures() -> None:
    for number, (light, things) in enumerate(STREETS, start=1):
        canvas = Canvas(640, 400, light.sky, light.horizon)
        street(canvas, light, seed=number)
        for thing in things.splitlines():
            what, x, y, size, look = thing.split()
            THINGS[what](canvas, float(x), float(y), float(size), look)
        canvas.save(FILES / "detect" / f"street-{number}.png")
    for number, (drawn, fur, light_fur, wall) in enumerate(ANIMALS, start=1):
        canvas = Canvas(480, 360, wall, "#ffffff")
        drawn(canvas, fur, light_fur)
        canvas.save(FILES / "classify" / f"animal-{number}.png")


def sounds() -> None:
    speaker = shutil.which("espeak-ng")
    if speaker is None:
        sys.stderr.write("`espeak-ng` is not installed: the sounds are left as they are\n")
        return
    for number, (voice, sentence) in enumerate(SENTENCES, start=1):
        command = [speaker, "-v", voice, "-s", "150", "--stdout", sentence]
        spoken = subprocess.run(command, check=True, capture_output=True).stdout
        with wave.open(str(FILES / "audio" / f"sentence-{number}.wav"), "wb") as target:
            target.setparams((1, 2, AUDIO_RATE, 0, "NONE", "not compressed"))
            target.writeframes(resampled(spoken))


def resampled(recording: bytes) -> bytes:
    """A 16-bit mono WAV as bare samples at AUDIO_RATE: each is a windowed sinc over its neighbours."""
    with wave.open(BytesIO(recording)) as source:
        ratio = source.getframerate() / AUDIO_RATE
        samples = array("h", source.readframes(1 << 24))  # espeak-ng cannot seek in a pipe: its length is a guess
    made = array("h")
    for index in range(int(len(samples) / ratio)):
        centre = int(index * ratio)
        near = range(max(0, centre - int(REACH * ratio)), min(len(samples), centre + int(REACH * ratio)))
        total = sum(samples[at] * weight(at / ratio - index) for at in near)
        made.append(max(-32768, min(32767, round(total / ratio))))
    return made.tobytes()


def weight(distance: float) -> float:
    """Sinc under a Hann window of REACH samples."""
    if abs(distance) >= REACH:
        return 0.0
    sinc = math.sin(math.pi * distance) / (math.pi * distance) if distance else 1.0
    return sinc * (0.5 + 0.5 * math.cos(math.pi * distance / REACH))


if __name__ == "__main__":
    pictures()
    sounds()
