"""The embedded plane beside kube-apiserver with etcd and beside bare etcd: `python -m benchmarks.plane`."""
