"""What the policy export relies on, shown on a real kube-apiserver and etcd (`make engines` builds them)."""
