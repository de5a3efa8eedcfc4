"""Messages of admissionregistration.k8s.io/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
ValidatingWebhookConfiguration: 1 metadata ObjectMeta, 2 webhooks[name] ValidatingWebhook
ValidatingWebhook: 1 name!, 2 clientConfig WebhookClientConfig, 3 rules[] RuleWithOperations, 4 failurePolicy! =Fail,
    5 namespaceSelector LabelSelector ={}, 6 sideEffects!, 7 timeoutSeconds! int =10, 8 admissionReviewVersions[],
    9 matchPolicy! =Equivalent, 10 objectSelector LabelSelector ={}, 11 matchConditions[name] MatchCondition
MutatingWebhookConfiguration: 1 metadata ObjectMeta, 2 webhooks[name] MutatingWebhook
MutatingWebhook: 1 name!, 2 clientConfig WebhookClientConfig, 3 rules[] RuleWithOperations, 4 failurePolicy! =Fail,
    5 namespaceSelector LabelSelector ={}, 6 sideEffects!, 7 timeoutSeconds! int =10, 8 admissionReviewVersions[],
    9 matchPolicy! =Equivalent, 10 reinvocationPolicy! =Never, 11 objectSelector LabelSelector ={},
    12 matchConditions[name] MatchCondition
WebhookClientConfig: 1 service ServiceReference, 2 caBundle bytes, 3 url!
ServiceReference: 1 namespace!, 2 name!, 3 path!, 4 port! int =443
RuleWithOperations: 1 operations[], 2 * Rule
Rule: 1 apiGroups[], 2 apiVersions[], 3 resources[], 4 scope! =*
MatchCondition: 1 name!, 2 expression!
""",
    META,
)
