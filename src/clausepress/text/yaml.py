"""YAML with line numbers: every value a string until its type is known.

PyYAML's own resolver would read the document number 019091120 as an octal integer and a bad
date as a crash, so scalars stay text and msgspec gives them their types.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from clausepress.errors import SourceError

T = TypeVar("T")
_PATH = re.compile(r" - at (`key` in )?`\$((?:\.[\w-]+|\[[^\]]*\])*)`$")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\.\.\.)\]")
_ANY_KEY = "..."  # msgspec does not say which key of a mapping it means


class Mapping:
    """A YAML mapping, its file and the line of each of its fields.

    Attributes:
        data: Nested dicts, lists and strings; null is None.
        path: The file it came from.
    """

    def __init__(self, data: dict[str, Any], lines: dict[str, int], path: Path) -> None:
        self.data = data
        self.path = path
        self._lines = lines

    def line(self, field: str) -> int | None:
        """1-based line of a field (dotted path), or None when it is not there."""
        return self._lines.get(field)

    def convert(self, shape: type[T]) -> T:
        """Return the mapping as the given msgspec type.

        Raises:
            SourceError: A field is missing, unknown or of the wrong type.
        """
        try:
            return msgspec.convert(self.data, shape, strict=False)
        except msgspec.ValidationError as error:
            message = str(error)
            steps = self._steps(message, shape)
            field = ".".join(steps)
            unknown = re.search(r"unknown field `([^`]+)`", message)
            if unknown:
                field = f"{field}.{unknown.group(1)}".lstrip(".")
            said = _say(message, None if "`key`" in message else self._value(steps))
            raise SourceError(
                self.path,
                f"{field}: {said}" if field else said,
                _fix(message, shape, steps),
                line=self._lines.get(field) or self._lines.get(""),
            ) from error

    def _steps(self, message: str, shape: type) -> list[str]:
        """Names, keys and indexes that lead to the fault."""
        found = _PATH.search(message)
        if not found:
            return []
        steps = [name or index for name, index in _STEP.findall(found.group(2))]
        if found.group(1):
            steps.append(_ANY_KEY)
        for at, step in enumerate(steps):
            if step == _ANY_KEY:
                steps[at] = self._key(message, shape, steps[:at])
        return steps

    def _key(self, message: str, shape: type, steps: list[str]) -> str:
        """The first key of the mapping at these steps that makes the fault by itself."""
        for key, value in self._value(steps).items():
            try:
                msgspec.convert(_put(self.data, steps, {key: value}), shape, strict=False)
            except msgspec.ValidationError as error:
                if str(error) == message:
                    return str(key)
        return _ANY_KEY

    def _value(self, steps: list[str]) -> Any:
        value: Any = self.data
        for step in steps:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list):
                value = value[int(step)]
        return value


def load_yaml(text: str, path: Path, *, first_line: int = 1) -> Mapping:
    """Read a YAML mapping.

    Args:
        text: The YAML.
        path: The file, for messages.
        first_line: Line of the file at which ``text`` begins.

    Raises:
        SourceError: Not YAML, not a mapping, a key given twice.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise SourceError(
                path,
                "uses a YAML alias (*name)",
                "write the value out where it is wanted",
                line=first_line,
            )
    except RecursionError as error:
        raise SourceError(
            path, "is nested too deeply", "these files need three levels at most", line=first_line
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SourceError(
            path,
            f"is not valid YAML: {getattr(error, 'problem', None) or 'it cannot be read'}",
            "check colons, quotes and indentation; quote a value that holds ': '",
            line=mark.line + first_line if mark else first_line,
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(
            path, "has no fields", "write one 'name: value' on each line", line=first_line
        )
    lines = {"": first_line}
    data = _build(node, "", lines, path, first_line)
    return Mapping(data, lines, path)


def _build(node: yaml.Node, field: str, lines: dict[str, int], path: Path, first: int) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            name = f"{field}.{key}".lstrip(".")
            line = key_node.start_mark.line + first
            if key in mapping:
                raise SourceError(
                    path, f"the field '{name}' stands twice", "keep one of them", line=line
                )
            lines[name] = line
            mapping[key] = _build(value_node, name, lines, path, first)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            name = f"{field}.{index}".lstrip(".")
            lines[name] = item.start_mark.line + first
            items.append(_build(item, name, lines, path, first))
        return items
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def _put(data: Any, steps: list[str], value: object) -> Any:
    """A copy of nested data with another value in one place."""
    if not steps:
        return value
    copy = data.copy()
    step = int(steps[0]) if isinstance(data, list) else steps[0]
    copy[step] = _put(data[step], steps[1:], value)
    return copy


def _say(message: str, value: object) -> str:
    """Put msgspec's message into the words of a person who writes YAML."""
    plain = _PATH.sub("", message).replace("Object missing", "missing")
    plain = plain.replace("Object", "the file").replace("`", "'")
    if "Invalid RFC3339" in plain:
        plain = "this is not a date of the calendar"
    elif plain.startswith("Invalid enum value"):
        plain = "this value is not known"
    return f"{plain} (it says '{value}')" if isinstance(value, str) else plain


def _fix(message: str, shape: Any, steps: list[str]) -> str:
    kind = _type_at(msgspec.inspect.type_info(shape), steps)
    if "RFC3339" in message:
        return "write the date as YYYY-MM-DD, or leave the line out when the text states none"
    if "unknown field" in message and isinstance(kind, msgspec.inspect.StructType):
        fields = ", ".join(field.encode_name for field in kind.fields)
        return f"remove it or correct its name; fields here are: {fields}"
    if isinstance(kind, msgspec.inspect.LiteralType):
        return f"write one of: {', '.join(str(value) for value in kind.values)}"
    missing = re.search(r"missing required field `([^`]+)`", message)
    return f"add the field '{missing.group(1)}'" if missing else "correct the value"


def _type_at(kind: msgspec.inspect.Type, steps: list[str]) -> msgspec.inspect.Type:
    """The type that a field of nested types has."""
    if isinstance(kind, msgspec.inspect.UnionType):  # an optional value
        kind = next(each for each in kind.types if not isinstance(each, msgspec.inspect.NoneType))
    if not steps:
        return kind
    name, *rest = steps
    if isinstance(kind, msgspec.inspect.StructType):
        found = next((field.type for field in kind.fields if field.encode_name == name), None)
        return _type_at(found, rest) if found else kind
    inner = getattr(kind, "item_type", None) or getattr(kind, "value_type", None)
    return _type_at(inner, rest) if inner else kind
