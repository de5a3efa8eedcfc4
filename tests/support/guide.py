"""Lines of the guide that more than one suite runs, verbatim."""

SERVER_CLASS = """
cat <<EOF | kubectl apply -f -
apiVersion: metal.sidero.dev/v1alpha1
kind: ServerClass
metadata:
  name: default
spec:
  qualifiers:
    cpu:
      - manufacturer: Intel(R) Corporation
        version: Intel(R) Atom(TM) CPU C3558 @ 2.20GHz
EOF
"""
ACCEPT = """kubectl patch server {name} --type='json' -p='[{{"op": "replace", "path": "/spec/accepted", "value": true}}]'"""
