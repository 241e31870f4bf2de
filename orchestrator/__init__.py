"""Composes the three cores: what a person asks for becomes calls of ``capacity``, ``iac`` and ``policies``.

This room reads the province folder, translates the output of one core into the input of another (the cores never
import each other), runs the use cases behind the commands, and writes the documents and reports that people read.
"""

__all__: list[str] = []
