"""Messages of rbac.authorization.k8s.io/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
Role: 1 metadata ObjectMeta, 2 rules[] PolicyRule
PolicyRule: 1 verbs[], 2 apiGroups[], 3 resources[], 4 resourceNames[], 5 nonResourceURLs[]
ClusterRole: 1 metadata ObjectMeta, 2 rules[] PolicyRule, 3 aggregationRule AggregationRule
AggregationRule: 1 clusterRoleSelectors[] LabelSelector
RoleBinding: 1 metadata ObjectMeta, 2 subjects[] Subject, 3 roleRef RoleRef
Subject@: 1 kind!, 2 apiGroup, 3 name!, 4 namespace
RoleRef@: 1 apiGroup!, 2 kind!, 3 name!
ClusterRoleBinding: 1 metadata ObjectMeta, 2 subjects[] Subject, 3 roleRef RoleRef
""",
    META,
)
