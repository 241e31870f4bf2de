"""Provisioning of the plan on domestic clouds, and what reaches clusters and clouds.

``clusters`` puts single objects into Kubernetes clusters (the facts that policies read there). ``observe/`` will look
at clusters and clouds, and Pulumi provisions; both come with their issues.
"""

from iac.clusters import Applied, Cluster, KubernetesError, RefusedError, UnreachableError

__all__ = ["Applied", "Cluster", "KubernetesError", "RefusedError", "UnreachableError"]
