"""The sizing model as plain data, without a solver.

``frame`` says what can be bought where and when, ``linear`` holds columns and rows; ``placement``, ``supply``,
``network``, ``policy``, ``resilience``, ``standby`` and ``money`` have one function per constraint, ``blocks``
describes the hours of a site and year, and ``build`` puts them together in the order of its registries. ``market``,
``pad``, ``paths`` and ``timeline`` hold facts that they use.
"""

from capacity.model.blocks import Block
from capacity.model.build import SizingModel, build_model
from capacity.model.frame import Frame
from capacity.model.linear import Expression, LinearModel
from capacity.model.supply import TooManyLoadClassesError

__all__ = ["Block", "Expression", "Frame", "LinearModel", "SizingModel", "TooManyLoadClassesError", "build_model"]
