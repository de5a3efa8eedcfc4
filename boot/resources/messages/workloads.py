"""Messages of apps/v1 and batch/v1 beside Deployment."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages
from boot.resources.messages.pods import MESSAGES as PODS
from boot.resources.messages.volumes import MESSAGES as VOLUMES

MESSAGES = read_messages(
    """
DaemonSet: 1 metadata ObjectMeta, 2 spec DaemonSetSpec, 3 status DaemonSetStatus
DaemonSetSpec: 1 selector LabelSelector, 2 template PodTemplateSpec, 3 updateStrategy DaemonSetUpdateStrategy ={},
    4 minReadySeconds int, 6 revisionHistoryLimit! int =10
DaemonSetUpdateStrategy: 1 type =RollingUpdate, 2 rollingUpdate RollingUpdateDaemonSet
RollingUpdateDaemonSet: 1 maxUnavailable int-or-string, 2 maxSurge int-or-string
DaemonSetStatus: 1 currentNumberScheduled! int, 2 numberMisscheduled! int, 3 desiredNumberScheduled! int, 4 numberReady! int,
    5 observedGeneration int, 6 updatedNumberScheduled int, 7 numberAvailable int, 8 numberUnavailable int,
    9 collisionCount! int, 10 conditions[type] WorkloadCondition
WorkloadCondition: 1 type!, 2 status!, 3 lastTransitionTime time, 4 reason, 5 message
StatefulSet: 1 metadata ObjectMeta, 2 spec StatefulSetSpec, 3 status StatefulSetStatus
StatefulSetSpec: 1 replicas! int =1, 2 selector LabelSelector, 3 template PodTemplateSpec,
    4 volumeClaimTemplates[] PersistentVolumeClaimTemplate, 5 serviceName!, 6 podManagementPolicy =OrderedReady,
    7 updateStrategy StatefulSetUpdateStrategy ={}, 8 revisionHistoryLimit! int =10, 9 minReadySeconds int,
    10 persistentVolumeClaimRetentionPolicy ClaimRetentionPolicy, 11 ordinals StatefulSetOrdinals
StatefulSetUpdateStrategy: 1 type =RollingUpdate, 2 rollingUpdate RollingUpdateStatefulSet
RollingUpdateStatefulSet: 1 partition! int, 2 maxUnavailable int-or-string
ClaimRetentionPolicy: 1 whenDeleted, 2 whenScaled
StatefulSetOrdinals: 1 start! int
StatefulSetStatus: 1 observedGeneration int, 2 replicas! int, 3 readyReplicas int, 4 currentReplicas int,
    5 updatedReplicas int, 6 currentRevision, 7 updateRevision, 9 collisionCount! int, 10 conditions[type] WorkloadCondition,
    11 availableReplicas! int
Job: 1 metadata ObjectMeta, 2 spec JobSpec, 3 status JobStatus
JobSpec: 1 parallelism! int, 2 completions! int, 3 activeDeadlineSeconds! int, 4 selector LabelSelector, 5 manualSelector! bool,
    6 template PodTemplateSpec, 7 backoffLimit! int =6, 8 ttlSecondsAfterFinished! int, 9 completionMode! =NonIndexed,
    10 suspend! bool =false, 11 podFailurePolicy PodFailurePolicy, 12 backoffLimitPerIndex! int, 13 maxFailedIndexes! int,
    14 podReplacementPolicy!, 15 managedBy!, 16 successPolicy SuccessPolicy
PodFailurePolicy: 1 rules[] PodFailurePolicyRule
PodFailurePolicyRule: 1 action!, 2 onExitCodes OnExitCodes, 3 onPodConditions[] OnPodCondition
OnExitCodes: 1 containerName!, 2 operator!, 3 values[=] int
OnPodCondition: 1 type!, 2 status!
SuccessPolicy: 1 rules[] SuccessPolicyRule
SuccessPolicyRule: 1 succeededIndexes!, 2 succeededCount! int
JobStatus: 1 conditions[type] JobCondition, 2 startTime time, 3 completionTime time, 4 active int, 5 succeeded int, 6 failed int,
    7 completedIndexes, 9 ready! int, 10 failedIndexes!, 11 terminating! int
JobCondition: 1 type!, 2 status!, 3 lastProbeTime time, 4 lastTransitionTime time, 5 reason, 6 message
""",
    PODS,
    VOLUMES,
    META,
)
