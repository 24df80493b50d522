"""Streets and animals of simple shapes. Pure but for `Canvas.save`: the same call draws the same pixels."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

OVERSAMPLING = 3  # drawn this much larger and scaled down, which smooths the edges

Point = tuple[float, float]


class Canvas:
    """A drawing in pixels of the finished picture; angles in degrees, clockwise from three o'clock."""

    def __init__(self, width: int, height: int, top: str, bottom: str) -> None:
        size = (width * OVERSAMPLING, height * OVERSAMPLING)
        self.size = (width, height)
        shade = Image.linear_gradient("L").resize(size)
        self.image = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), shade)
        self.draw = ImageDraw.Draw(self.image)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self.draw.ellipse(_scaled([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        corners = _scaled([(x, y), (x + width, y + height)])
        self.draw.rounded_rectangle(corners, radius=radius * OVERSAMPLING, fill=fill)

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(_scaled(points), fill=fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A stroke with round ends."""
        self.draw.line(_scaled(points), fill=fill, width=round(width * OVERSAMPLING), joint="curve")
        for x, y in (points[0], points[-1]):
            self.ellipse(x, y, width / 2, width / 2, fill)

    def arc(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: str) -> None:
        box = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self.draw.arc(box, start, end, fill=fill, width=3 * OVERSAMPLING)

    def text(self, x: float, y: float, text: str, size: float, fill: str) -> None:
        font = ImageFont.load_default(size * OVERSAMPLING)
        self.draw.text(_scaled([(x, y)])[0], text, font=font, fill=fill, anchor="mm", stroke_width=1, stroke_fill=fill)

    def save(self, path: Path) -> None:
        self.image.resize(self.size, Image.Resampling.BOX).save(path, optimize=True)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]


# --- streets: what object detection puts boxes around


class Light(NamedTuple):
    """The colours of an hour of the day."""

    sky: str
    horizon: str
    sun: str
    far: str
    near: tuple[str, ...]
    window: str
    grass: str


DAY = Light(
    sky="#8fcbf5",
    horizon="#e8f5fb",
    sun="#fff3b8",
    far="#c3d4df",
    near=("#d99a76", "#e3c59b", "#a9b9c6", "#c98f8f"),
    window="#f7fbff",
    grass="#a4c77f",
)
DUSK = Light(
    sky="#6d6fa8",
    horizon="#f7b48a",
    sun="#ffe2ad",
    far="#9a86a5",
    near=("#6f5f80", "#8a6c7c", "#5d6486", "#7c6272"),
    window="#ffdf8e",
    grass="#7f8c66",
)
SNOW = Light(
    sky="#c9d6e2",
    horizon="#f4f7fa",
    sun="#ffffff",
    far="#dbe3ea",
    near=("#b5a097", "#9fabb5", "#c2b6a4", "#a89a9a"),
    window="#fff6d8",
    grass="#eef3f7",
)


def street(canvas: Canvas, light: Light, seed: int) -> None:
    """Sky, a row of houses and a road whose kerb runs at y=286."""
    width, _ = canvas.size
    dice = random.Random(seed)
    canvas.ellipse(dice.randint(90, 550), 66, 30, 30, light.sun)
    for x in range(-20, width, 70):
        canvas.box(x, dice.randint(96, 150), 74, 200, light.far)
    x = -dice.randint(0, 50)
    while x < width:
        breadth = dice.choice((84, 98, 112))
        house(canvas, x, dice.randint(92, 168), breadth, dice.choice(light.near), light.window)
        x += breadth + dice.choice((0, 0, 26))
    canvas.box(0, 252, width, 40, light.grass)
    canvas.box(0, 270, width, 22, "#cfcac2")
    canvas.box(0, 286, width, 6, "#a8a39b")
    canvas.box(0, 292, width, 120, "#5f646b")
    for x in range(dice.randint(-40, 0), width, 90):
        canvas.box(x, 342, 46, 6, "#e9e6da", radius=2)


def house(canvas: Canvas, x: float, top: float, breadth: float, wall: str, window: str) -> None:
    canvas.box(x, top, breadth, 270 - top, wall)
    canvas.box(x - 3, top - 5, breadth + 6, 8, "#5b5560", radius=2)
    columns = int(breadth // 26)
    gap = (breadth - columns * 14) / (columns + 1)
    for row in range(int((236 - top) // 30)):
        for column in range(columns):
            canvas.box(x + gap + column * (14 + gap), top + 14 + row * 30, 14, 18, window, radius=1)
    canvas.box(x + breadth / 2 - 8, 240, 16, 30, "#54474a", radius=2)


def tree(canvas: Canvas, x: float, y: float, size: float, leaf: str) -> None:
    canvas.box(x - size * 0.05, y - size * 0.45, size * 0.1, size * 0.45, "#76584a")
    for dx, dy, radius in ((-0.17, 0.55, 0.2), (0.17, 0.55, 0.2), (0, 0.78, 0.23), (0, 0.58, 0.22)):
        canvas.ellipse(x + dx * size, y - dy * size, radius * size, radius * size, leaf)


def car(canvas: Canvas, x: float, y: float, size: float, paint: str) -> None:
    """A car seen from its side, `size` long, its wheels on y; a negative size looks to the left."""
    long = abs(size)

    def at(*points: Point) -> list[Point]:
        return [(x + size * (px - 0.5), y - long * py) for px, py in points]

    canvas.ellipse(x, y, long * 0.52, long * 0.035, "#474b51")
    canvas.polygon(at((0.14, 0.24), (0.27, 0.41), (0.62, 0.41), (0.78, 0.24)), paint)
    canvas.box(x - long / 2, y - long * 0.27, long, long * 0.2, paint, radius=long * 0.06)
    canvas.polygon(at((0.21, 0.26), (0.3, 0.38), (0.43, 0.38), (0.43, 0.26)), "#d5e9f4")
    canvas.polygon(at((0.46, 0.26), (0.46, 0.38), (0.6, 0.38), (0.71, 0.26)), "#d5e9f4")
    canvas.line(at((0.1, 0.16), (0.9, 0.16)), "#3c4046", long * 0.008)
    for px, colour in ((0.965, "#fff2b0"), (0.035, "#d8453c")):
        ((cx, cy),) = at((px, 0.2))
        canvas.ellipse(cx, cy, long * 0.025, long * 0.025, colour)
    for px in (0.22, 0.78):
        ((cx, cy),) = at((px, 0.075))
        canvas.ellipse(cx, cy, long * 0.088, long * 0.088, "#2b2d31")
        canvas.ellipse(cx, cy, long * 0.045, long * 0.045, "#c6cace")


# skin, hair, trousers
LOOKS = (
    ("#f0c7a1", "#5a3d2b", "#3e4a63"),
    ("#8d5b3e", "#221a18", "#4a4038"),
    ("#dba67c", "#8a5a2c", "#39404d"),
)


def person(canvas: Canvas, x: float, y: float, size: float, coat: str) -> None:
    """Someone on foot, `size` tall, standing on y."""
    skin, hair, trousers = LOOKS[round(x) % len(LOOKS)]
    canvas.ellipse(x, y, size * 0.2, size * 0.03, "#6d6f72")
    for side in (-1, 1):
        hip, foot = (x + side * size * 0.05, y - size * 0.45), (x + side * size * 0.1, y - size * 0.03)
        canvas.line([hip, foot], trousers, size * 0.1)
        shoulder, hand = (x + side * size * 0.1, y - size * 0.74), (x + side * size * 0.19, y - size * 0.45)
        canvas.line([shoulder, hand], coat, size * 0.08)
        canvas.ellipse(*hand, size * 0.04, size * 0.04, skin)
    canvas.box(x - size * 0.13, y - size * 0.79, size * 0.26, size * 0.38, coat, radius=size * 0.08)
    canvas.ellipse(x, y - size * 0.9, size * 0.095, size * 0.1, hair)
    canvas.ellipse(x, y - size * 0.875, size * 0.075, size * 0.08, skin)


def regular(x: float, y: float, radius: float, corners: int, turned: float) -> list[Point]:
    """The corners of a regular polygon, the first at `turned` degrees."""
    angles = [math.radians(360 / corners * corner + turned) for corner in range(corners)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def sign(canvas: Canvas, x: float, y: float, size: float, text: str) -> None:
    """A traffic sign on its post: `STOP`, `!` for a warning, or a speed limit."""
    canvas.box(x - size * 0.025, y - size * 0.8, size * 0.05, size * 0.8, "#8b9096")
    top, radius = y - size * 0.83, size * 0.19
    if text == "STOP":
        canvas.polygon(regular(x, top, radius * 1.1, 8, 22.5), "#ffffff")
        canvas.polygon(regular(x, top, radius, 8, 22.5), "#c8322b")
        canvas.text(x, top, text, size * 0.115, "#ffffff")
    elif text == "!":
        canvas.polygon(regular(x, top, radius * 1.25, 3, -90), "#c8322b")
        canvas.polygon(regular(x, top, radius * 0.8, 3, -90), "#ffffff")
        canvas.text(x, top, text, size * 0.2, "#2b2d31")
    else:
        canvas.ellipse(x, top, radius, radius, "#c8322b")
        canvas.ellipse(x, top, radius * 0.74, radius * 0.74, "#ffffff")
        canvas.text(x, top, text, size * 0.17, "#2b2d31")


# --- animals: what image classification tells apart


def animal(canvas: Canvas, fur: str, cheek: str) -> None:
    """Body, head and eyes: what the animals share. Ears come before, the face after."""
    canvas.ellipse(240, 348, 100, 96, fur)
    canvas.ellipse(240, 362, 58, 72, cheek)
    canvas.ellipse(240, 180, 96, 84, fur)


def face(canvas: Canvas, nose: str, eye: str) -> None:
    for side in (-1, 1):
        canvas.ellipse(240 + side * 38, 168, 15, 17, "#ffffff")
        canvas.ellipse(240 + side * 38, 170, 11, 14, eye)
        canvas.ellipse(240 + side * 38, 170, 6, 11, "#1f1d20")
        canvas.ellipse(240 + side * 38 + 4, 164, 4, 4, "#ffffff")
        canvas.arc(240 + side * 13, 216, 13, 11, 10, 170, "#4a3b38")
    canvas.polygon([(228, 200), (252, 200), (240, 214)], nose)


def cat(canvas: Canvas, fur: str, cheek: str) -> None:
    for side in (-1, 1):
        canvas.polygon([(240 + side * 90, 165), (240 + side * 84, 66), (240 + side * 22, 110)], fur)
        canvas.polygon([(240 + side * 78, 140), (240 + side * 76, 88), (240 + side * 40, 114)], "#eeb3ab")
    canvas.line([(330, 340), (392, 326), (400, 262)], fur, 24)
    animal(canvas, fur, cheek)
    canvas.ellipse(240, 214, 42, 30, cheek)
    for offset in (-20, 0, 20):
        canvas.line([(240 + offset, 104), (240 + offset * 0.8, 130)], cheek, 8)
    for side in (-1, 1):
        for rise in (-10, 0, 10):
            canvas.line([(240 + side * 46, 212 + rise * 0.5), (240 + side * 128, 208 + rise * 1.6)], "#ffffff", 2)
    face(canvas, "#d98880", "#9bbf5a")


def dog(canvas: Canvas, fur: str, cheek: str) -> None:
    animal(canvas, fur, cheek)
    canvas.ellipse(206, 160, 34, 46, cheek)
    canvas.ellipse(240, 222, 54, 42, cheek)
    canvas.box(226, 232, 28, 40, "#e58a8a", radius=14)
    for side in (-1, 1):
        canvas.line([(240 + side * 82, 122), (240 + side * 112, 160), (240 + side * 108, 216)], "#5b4234", 46)
    face(canvas, "#2b2628", "#7a5230")
    canvas.ellipse(240, 205, 20, 14, "#2b2628")


def rabbit(canvas: Canvas, fur: str, cheek: str) -> None:
    for side in (-1, 1):
        canvas.line([(240 + side * 44, 120), (240 + side * 62, 34)], fur, 50)
        canvas.line([(240 + side * 46, 116), (240 + side * 60, 42)], "#eeb3ab", 22)
    animal(canvas, fur, cheek)
    canvas.ellipse(240, 216, 44, 32, cheek)
    canvas.box(228, 226, 24, 22, "#ffffff", radius=4)
    face(canvas, "#d98880", "#7a5230")


def bird(canvas: Canvas, fur: str, cheek: str) -> None:
    for x in (216, 264):
        canvas.line([(x, 290), (x, 344), (x - 16, 350)], "#d8862f", 8)
        canvas.line([(x, 344), (x + 16, 350)], "#d8862f", 8)
    canvas.polygon([(120, 240), (34, 176), (60, 270)], fur)
    canvas.ellipse(220, 220, 124, 92, fur)
    canvas.ellipse(316, 142, 66, 60, fur)
    canvas.polygon([(372, 128), (428, 150), (372, 166)], "#e8a13a")
    canvas.ellipse(334, 132, 13, 14, "#1f1d20")
    canvas.ellipse(338, 127, 4, 4, "#ffffff")
    canvas.ellipse(270, 268, 60, 36, cheek)
    canvas.ellipse(186, 210, 70, 36, "#3b779f")


THINGS: dict[str, Callable[[Canvas, float, float, float, str], None]] = {
    "car": car,
    "person": person,
    "sign": sign,
    "tree": tree,
}
