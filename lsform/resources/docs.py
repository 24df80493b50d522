"""What the docstrings below the fields of a model say. Reads the model's source, and only when it is asked:

pydantic's own `use_attribute_docstrings` would do it on every start, which costs more than all its models.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Field -> its description, or the docstring below it; fields without either are left out."""
    bases = [base for base in reversed(model.__mro__) if issubclass(base, BaseModel) and base is not BaseModel]
    below = {name: text for base in bases for name, text in _docstrings(base.__module__).get(base.__name__, ())}
    described = {name: field.description or below.get(name) for name, field in model.model_fields.items()}
    return {name: text for name, text in described.items() if text}


@cache
def _docstrings(module: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Class of a module -> its fields that have a docstring, with it."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: tuple(_below_fields(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _below_fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, following in pairwise(node.body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
