"""The cloud-first policy as data and rules: registers of state agencies and systems, and what follows from them.

Pure computation on its own inputs. The registers and their successions live here now; migration rules, waves and
targets will join them.
"""

from policies.register import Agency, System
from policies.succession import Tenure, owners_on, tenures_of

__all__ = ["Agency", "System", "Tenure", "owners_on", "tenures_of"]
