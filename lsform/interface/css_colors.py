"""Whether text is a CSS colour, as the browser that shows the editor decides. Pure.

Exact for names, hex, rgb() and hsl(); of the newer functions, and of arithmetic in any, only the outline is checked.
"""

from __future__ import annotations

import re

NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue
    lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine
    mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise
    mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange
    orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
    powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna
    silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet
    wheat white whitesmoke yellow yellowgreen
    """.split()
)
# no colours of their own, but what a stylesheet may say for one: the browser takes them
WORDS = frozenset(
    """
    transparent currentcolor inherit initial unset revert revert-layer accentcolor accentcolortext activetext
    buttonborder buttonface buttontext canvas canvastext field fieldtext graytext highlight highlighttext linktext mark
    marktext selecteditem selecteditemtext visitedtext
    """.split()
)

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"([a-z-]+)\(([^;!{}]*)")
_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
_PERCENT = rf"{_NUMBER}%"
_ANGLE = rf"{_NUMBER}(?:deg|grad|rad|turn)?"


def _arguments(commas: str, spaces: str) -> re.Pattern[str]:
    """Three arguments and an opacity, in the way with commas or in that with spaces."""
    alpha = rf"(?:{_PERCENT}|{_NUMBER})"
    return re.compile(rf"\s*(?:{commas}(?:\s*,\s*{alpha})?|{spaces}(?:\s*/\s*(?:{alpha}|none))?)\s*\)?")


def _three(*arguments: str, between: str) -> str:
    return "(?:" + between.join(arguments) + ")"


_COMMA, _SPACE = r"\s*,\s*", r"\s+"
_CHANNEL = rf"(?:{_PERCENT}|{_NUMBER}|none)"
_NUMBERS, _PERCENTS = (_three(one, one, one, between=_COMMA) for one in (_NUMBER, _PERCENT))
_RGB = _arguments(f"(?:{_NUMBERS}|{_PERCENTS})", _three(_CHANNEL, _CHANNEL, _CHANNEL, between=_SPACE))
_HSL = _arguments(
    _three(_ANGLE, _PERCENT, _PERCENT, between=_COMMA),
    _three(f"(?:{_ANGLE}|none)", _CHANNEL, _CHANNEL, between=_SPACE),
)
_OUTLINE = re.compile(r"\s*[^\s()].*", re.DOTALL)
_FUNCTIONS = {"rgb": _RGB, "rgba": _RGB, "hsl": _HSL, "hsla": _HSL} | dict.fromkeys(
    ("hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark", "var"), _OUTLINE
)
_COMPUTED = re.compile(r"\b(?:calc|min|max|clamp|var|env)\(|\s*from\s")


def is_color(text: str) -> bool:
    """`red`, `#d4380d`, `rgb(212 56 13 / 50%)`: true. `FF0000` and `notacolor`: false."""
    text = text.strip(" \t\r\n\f").lower()
    if text in NAMES or text in WORDS or _HEX.fullmatch(text):
        return True
    function = _FUNCTION.fullmatch(text)
    if function is None or function[1] not in _FUNCTIONS:
        return False
    pattern = _OUTLINE if _COMPUTED.match(function[2]) or "(" in function[2] else _FUNCTIONS[function[1]]
    return pattern.fullmatch(function[2]) is not None
