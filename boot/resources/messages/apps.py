"""Messages of apps/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages
from boot.resources.messages.pods import MESSAGES as PODS

MESSAGES = read_messages(
    """
Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status DeploymentStatus
DeploymentSpec: 1 replicas! int =1, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy ={},
    5 minReadySeconds int, 6 revisionHistoryLimit! int =10, 7 paused bool, 9 progressDeadlineSeconds! int =600
DeploymentStrategy: 1 type =RollingUpdate, 2 rollingUpdate RollingUpdateDeployment
RollingUpdateDeployment: 1 maxUnavailable int-or-string, 2 maxSurge int-or-string
DeploymentStatus: 1 observedGeneration int, 2 replicas int, 3 updatedReplicas int, 4 availableReplicas int,
    5 unavailableReplicas int, 6 conditions[type] DeploymentCondition, 7 readyReplicas int, 8 collisionCount! int,
    9 terminatingReplicas! int
DeploymentCondition: 1 type!, 2 status!, 4 reason, 5 message, 6 lastUpdateTime time, 7 lastTransitionTime time
""",
    PODS,
    META,
)
