"""Province folders that are wrong in one thing each, made from the template of ``camau-dc init``."""

from tests.broken.cases import BROKEN
from tests.broken.folders import Broken, Wrong, template, write_folder

__all__ = ["BROKEN", "Broken", "Wrong", "template", "write_folder"]
