"""Provisioning: turns a wanted state into infrastructure and looks at what really runs.

Here will live the Pulumi programmes for domestic clouds and halls, and in ``iac.observe`` the only readers of the real
world: the Kubernetes client, the Prometheus client, the OpenStack client and probes.
"""

__all__: list[str] = []
