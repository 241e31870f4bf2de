"""What is sent to workers: values taken apart, so that every worker gets each part once.

Variations of a province share most of it (weather above all). Records named in ``taken_apart`` and mappings are sent as
digests of their fields; a worker that lacks a part says so and gets it with the same work again. This asks nothing of
the executor but to carry functions and their arguments.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import zlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

MOST_PARTS = 256
"""That a worker keeps; an evicted one is asked for again."""


@dataclass(frozen=True)
class Part:
    """A value by the digest of its pickle."""

    digest: str


@dataclass(frozen=True)
class Split:
    """A record (or, for ``dict``, a mapping) by its fields."""

    kind: type
    fields: dict[str, Part | Split]

    def digests(self) -> set[str]:
        """Of all parts."""
        found: set[str] = set()
        for node in self.fields.values():
            found |= node.digests() if isinstance(node, Split) else {node.digest}
        return found


class Sender:
    """Takes values apart and keeps their parts, compressed, until all work is done."""

    def __init__(self, taken_apart: tuple[type, ...]) -> None:
        self._taken_apart = taken_apart
        self._known: dict[int, tuple[object, Part]] = {}
        self._bytes: dict[str, bytes] = {}
        self._used: Counter[str] = Counter()

    def packed(self, value: Any) -> Split:
        """A record of ``taken_apart`` as its parts."""
        node = self._node(value)
        assert isinstance(node, Split)
        self._used.update(node.digests())
        return node

    def _node(self, value: Any) -> Part | Split:
        if isinstance(value, self._taken_apart) and is_dataclass(value):
            return Split(type(value), {f.name: self._node(getattr(value, f.name)) for f in fields(value)})
        if isinstance(value, Mapping):
            return Split(dict, {str(key): self._node(entry) for key, entry in value.items()})
        return self._part(value)

    def _part(self, value: object) -> Part:
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        part = Part(hashlib.sha256(content).hexdigest())
        if part.digest not in self._bytes:
            self._bytes[part.digest] = zlib.compress(content, 1)
        self._known[id(value)] = (value, part)  # the value is kept, so that no other gets its id
        return part

    def own(self, node: Split) -> dict[str, bytes]:
        """The parts that no other value has: they are sent unasked."""
        return {digest: self._bytes[digest] for digest in node.digests() if self._used[digest] == 1}

    def every(self, node: Split) -> dict[str, bytes]:
        """All parts, for a worker that lacks some."""
        return {digest: self._bytes[digest] for digest in node.digests()}


_parts: OrderedDict[str, Any] = OrderedDict()
"""What this process has got as a worker, the longest unused first."""
_lock = threading.Lock()
"""A worker of a cluster may do several pieces of work at a time."""


def unpacked(node: Split, sent: Mapping[str, bytes]) -> Any | None:
    """The value in a worker, from what it was sent now and before; None when it lacks a part."""
    with _lock:
        for digest, content in sent.items():
            if digest not in _parts:
                _parts[digest] = pickle.loads(zlib.decompress(content))
        if any(digest not in _parts for digest in node.digests()):
            return None
        value = _value(node)
        while len(_parts) > MOST_PARTS:
            _parts.popitem(last=False)
        return value


def _value(node: Part | Split) -> Any:
    if isinstance(node, Split):
        return node.kind(**{name: _value(entry) for name, entry in node.fields.items()})
    _parts.move_to_end(node.digest)
    return _parts[node.digest]
