"""Province folders that are wrong in one thing each, made from the template of ``camau-dc init``."""

from tests.broken.cases import BROKEN, DAMAGED
from tests.broken.folders import Broken, Damaged, Wrong, template, write_folder

__all__ = ["BROKEN", "DAMAGED", "Broken", "Damaged", "Wrong", "template", "write_folder"]
