"""Message layouts of apps/v1."""

from boot.apiserver.protobuf.layouts import read_layouts
from boot.apiserver.protobuf.meta import LAYOUTS as META
from boot.apiserver.protobuf.pods import LAYOUTS as PODS

LAYOUTS = read_layouts(
    """
Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status DeploymentStatus
DeploymentSpec: 1 replicas! int, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy,
    5 minReadySeconds int, 6 revisionHistoryLimit! int, 7 paused bool, 9 progressDeadlineSeconds! int
DeploymentStrategy: 1 type, 2 rollingUpdate RollingUpdateDeployment
RollingUpdateDeployment: 1 maxUnavailable int-or-string, 2 maxSurge int-or-string
DeploymentStatus: 1 observedGeneration int, 2 replicas int, 3 updatedReplicas int, 4 availableReplicas int,
    5 unavailableReplicas int, 6 conditions[] DeploymentCondition, 7 readyReplicas int, 8 collisionCount! int,
    9 terminatingReplicas! int
DeploymentCondition: 1 type!, 2 status!, 4 reason, 5 message, 6 lastUpdateTime time, 7 lastTransitionTime time
""",
    PODS,
    META,
)
