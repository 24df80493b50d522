"""Whether text is a CSS colour, as the browser that shows the editor decides. Pure.

Exact for names, hex, rgb() and hsl(); of the newer functions, and of arithmetic in any, only the outline is checked.
"""

from __future__ import annotations

import re

_NAMES = """
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
"""
# no colours of their own, but what a stylesheet may say for one: the browser takes them
_WORDS = """
    transparent currentcolor inherit initial unset revert revert-layer accentcolor accentcolortext activetext
    buttonborder buttonface buttontext canvas canvastext field fieldtext graytext highlight highlighttext linktext mark
    marktext selecteditem selecteditemtext visitedtext
"""
_PLAIN = frozenset((_NAMES + _WORDS).split())

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
_PERCENT = rf"{_NUMBER}%"
_ANGLE = rf"{_NUMBER}(?:deg|grad|rad|turn)?"


def _arguments(commas: str, spaces: str) -> str:
    """Three arguments and an opacity, in the way with commas or in that with spaces."""
    alpha = rf"(?:{_PERCENT}|{_NUMBER})"
    return rf"\s*(?:{commas}(?:\s*,\s*{alpha})?|{spaces}(?:\s*/\s*(?:{alpha}|none))?)\s*\)?"


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
_OUTLINE = r"\s*[^\s()][^;!{}]*"
# patterns of what follows the bracket, which the browser closes itself; compiled when they are needed, as few are
_FUNCTIONS = {"rgb": _RGB, "rgba": _RGB, "hsl": _HSL, "hsla": _HSL} | dict.fromkeys(
    ("hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark", "var"), _OUTLINE
)


def is_color(text: str) -> bool:
    """`red`, `#d4380d`, `rgb(212 56 13 / 50%)`: true. `FF0000` and `notacolor`: false."""
    text = text.strip(" \t\r\n\f").lower()
    if text in _PLAIN or _HEX.fullmatch(text):
        return True
    name, bracket, arguments = text.partition("(")
    if not bracket or name not in _FUNCTIONS:
        return False
    computed = "(" in arguments or arguments.lstrip().startswith("from ")
    return re.fullmatch(_OUTLINE if computed else _FUNCTIONS[name], arguments) is not None
