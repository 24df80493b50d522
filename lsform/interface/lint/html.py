"""Which tags are HTML, and what an interface has in place of them. Pure."""

from __future__ import annotations

from lsform.interface.lint.subject import Node

_BOXES = "address article aside body center div fieldset footer form html li main nav ol section span ul"
_TITLES = "h1 h2 h3 h4 h5 h6"
_TEXTS = "a abbr b bdi bdo blockquote br cite code dd del details dfn dl dt em figcaption figure font hr i ins kbd"
_TEXTS += " mark p pre q s samp small strike strong sub summary sup svg time tbody td tfoot th thead tr tt u var wbr"
_REST = {
    "button": "use `<Choices>` for what annotators decide",
    "iframe": "use a `<HyperText>` for a page",
    "img": "use an `<Image>`",
    "input": "use a `<TextArea>`, a `<Number>` or a `<DateTime>`",
    "option": "use a `<Choice>` in `<Choices>`",
    "script": "an interface has no scripts",
    "select": 'use `<Choices layout="select">`',
    "link": "put CSS into a `<Style>`",
}
_ADVICE = {
    **dict.fromkeys(_BOXES.split(), "use a `<View>` with a `className` or a `style`"),
    **dict.fromkeys(_TITLES.split(), 'use `<Header value="..."/>`'),
    **dict.fromkeys(_TEXTS.split(), "put HTML into a `<HyperText>`"),
    **_REST,
}


def is_html(node: Node) -> bool:
    """Whether a tag that no catalogue has is one of HTML."""
    return node.name.lower() in _ADVICE


def advice(node: Node) -> str:
    """What to use instead."""
    return _ADVICE[node.name.lower()]
