"""Looks at clusters and clouds and says what it saw: which system runs where, when, and the digest of the answer.

It only reads. What was seen is evidence for others to judge (``policies.evidence``); nothing here knows the register.
"""

from iac.observe.kubernetes import Seen, observe_cluster
from iac.observe.observation import Observation, digest_of

__all__ = ["Observation", "Seen", "digest_of", "observe_cluster"]
