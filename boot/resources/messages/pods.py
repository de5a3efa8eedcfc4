"""Messages of core/v1: pods and what they run."""

from boot.resources.messages.core import MESSAGES as CORE
from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages
from boot.resources.messages.pod_status import MESSAGES as STATUS
from boot.resources.messages.volumes import MESSAGES as VOLUMES

MESSAGES = read_messages(
    """
Pod: 1 metadata ObjectMeta, 2 spec PodSpec, 3 status PodStatus
PodSpec: 1 volumes[name] Volume, 2 containers[name] Container, 3 restartPolicy =Always,
    4 terminationGracePeriodSeconds! int =30, 5 activeDeadlineSeconds! int, 6 dnsPolicy =ClusterFirst, 7 nodeSelector{},
    8 serviceAccountName, 9 serviceAccount, 10 nodeName, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool,
    14 securityContext PodSecurityContext ={}, 15 imagePullSecrets[name] LocalObjectReference, 16 hostname, 17 subdomain,
    18 affinity Affinity, 19 schedulerName =default-scheduler, 20 initContainers[name] Container,
    21 automountServiceAccountToken! bool, 22 tolerations[] Toleration, 23 hostAliases[ip] HostAlias, 24 priorityClassName,
    25 priority! int, 26 dnsConfig PodDNSConfig, 27 shareProcessNamespace! bool, 28 readinessGates[] PodReadinessGate,
    29 runtimeClassName!, 30 enableServiceLinks! bool, 31 preemptionPolicy!, 32 overhead{} quantity,
    33 topologySpreadConstraints[topologyKey,whenUnsatisfiable] TopologySpreadConstraint,
    34 ephemeralContainers[name] EphemeralContainer, 35 setHostnameAsFQDN! bool, 36 os PodOS, 37 hostUsers! bool,
    38 schedulingGates[name] PodSchedulingGate, 39 resourceClaims[name] PodResourceClaim, 40 resources ResourceRequirements,
    41 hostnameOverride!, 42 workloadRef WorkloadReference
Container: 1 name!, 2 image, 3 command[], 4 args[], 5 workingDir, 6 ports[containerPort,protocol] ContainerPort,
    7 env[name] EnvVar, 8 resources ResourceRequirements ={}, 9 volumeMounts[mountPath] VolumeMount, 10 livenessProbe Probe,
    11 readinessProbe Probe, 12 lifecycle Lifecycle, 13 terminationMessagePath =/dev/termination-log, 14 imagePullPolicy,
    15 securityContext SecurityContext, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, 19 envFrom[] EnvFromSource,
    20 terminationMessagePolicy =File, 21 volumeDevices[devicePath] VolumeDevice, 22 startupProbe Probe,
    23 resizePolicy[] ContainerResizePolicy, 24 restartPolicy!, 25 restartPolicyRules[] ContainerRestartRule
ContainerPort: 1 name, 2 hostPort int, 3 containerPort! int, 4 protocol =TCP, 5 hostIP
EnvFromSource: 1 prefix, 2 configMapRef ConfigMapEnvSource, 3 secretRef SecretEnvSource
ConfigMapEnvSource: 1 * LocalObjectReference, 2 optional! bool
SecretEnvSource: 1 * LocalObjectReference, 2 optional! bool
EnvVar: 1 name!, 2 value, 3 valueFrom EnvVarSource
EnvVarSource: 1 fieldRef ObjectFieldSelector, 2 resourceFieldRef ResourceFieldSelector,
    3 configMapKeyRef ConfigMapKeySelector, 4 secretKeyRef SecretKeySelector, 5 fileKeyRef FileKeySelector
ConfigMapKeySelector@: 1 * LocalObjectReference, 2 key!, 3 optional! bool
SecretKeySelector@: 1 * LocalObjectReference, 2 key!, 3 optional! bool
FileKeySelector@: 1 volumeName!, 2 path!, 3 key!, 4 optional! bool
ContainerResizePolicy: 1 resourceName!, 2 restartPolicy!
ContainerRestartRule: 1 action, 2 exitCodes ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes: 1 operator, 2 values[] int
VolumeMount: 1 name!, 2 readOnly bool, 3 mountPath!, 4 subPath, 5 mountPropagation!, 6 subPathExpr, 7 recursiveReadOnly!
VolumeDevice: 1 name!, 2 devicePath!
Probe: 1 * ProbeHandler, 2 initialDelaySeconds int, 3 timeoutSeconds int =1, 4 periodSeconds int =10,
    5 successThreshold int =1, 6 failureThreshold int =3, 7 terminationGracePeriodSeconds! int
ProbeHandler: 1 exec ExecAction, 2 httpGet HTTPGetAction, 3 tcpSocket TCPSocketAction, 4 grpc GRPCAction
ExecAction: 1 command[]
HTTPGetAction: 1 path, 2 port int-or-string, 3 host, 4 scheme =HTTP, 5 httpHeaders[] HTTPHeader
HTTPHeader: 1 name!, 2 value!
TCPSocketAction: 1 port int-or-string, 2 host
GRPCAction: 1 port! int, 2 service!
Lifecycle: 1 postStart LifecycleHandler, 2 preStop LifecycleHandler, 3 stopSignal!
LifecycleHandler: 1 exec ExecAction, 2 httpGet HTTPGetAction, 3 tcpSocket TCPSocketAction, 4 sleep SleepAction
SleepAction: 1 seconds! int
SecurityContext: 1 capabilities Capabilities, 2 privileged! bool, 3 seLinuxOptions SELinuxOptions, 4 runAsUser! int,
    5 runAsNonRoot! bool, 6 readOnlyRootFilesystem! bool, 7 allowPrivilegeEscalation! bool, 8 runAsGroup! int, 9 procMount!,
    10 windowsOptions WindowsSecurityContextOptions, 11 seccompProfile SeccompProfile, 12 appArmorProfile AppArmorProfile
Capabilities: 1 add[], 2 drop[]
SELinuxOptions: 1 user, 2 role, 3 type, 4 level
WindowsSecurityContextOptions: 1 gmsaCredentialSpecName!, 2 gmsaCredentialSpec!, 3 runAsUserName!, 4 hostProcess! bool
SeccompProfile: 1 type!, 2 localhostProfile!
AppArmorProfile: 1 type!, 2 localhostProfile!
EphemeralContainer: 1 * Container, 2 targetContainerName
PodSecurityContext: 1 seLinuxOptions SELinuxOptions, 2 runAsUser! int, 3 runAsNonRoot! bool, 4 supplementalGroups[] int,
    5 fsGroup! int, 6 runAsGroup! int, 7 sysctls[] Sysctl, 8 windowsOptions WindowsSecurityContextOptions,
    9 fsGroupChangePolicy!, 10 seccompProfile SeccompProfile, 11 appArmorProfile AppArmorProfile,
    12 supplementalGroupsPolicy!, 13 seLinuxChangePolicy!
Sysctl: 1 name!, 2 value!
Affinity: 1 nodeAffinity NodeAffinity, 2 podAffinity PodAffinity, 3 podAntiAffinity PodAntiAffinity
NodeAffinity: 1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector,
    2 preferredDuringSchedulingIgnoredDuringExecution[] PreferredSchedulingTerm
NodeSelector@: 1 nodeSelectorTerms[] NodeSelectorTerm
NodeSelectorTerm@: 1 matchExpressions[] NodeSelectorRequirement, 2 matchFields[] NodeSelectorRequirement
NodeSelectorRequirement: 1 key!, 2 operator!, 3 values[]
PreferredSchedulingTerm: 1 weight! int, 2 preference NodeSelectorTerm
PodAffinity: 1 requiredDuringSchedulingIgnoredDuringExecution[] PodAffinityTerm,
    2 preferredDuringSchedulingIgnoredDuringExecution[] WeightedPodAffinityTerm
PodAffinityTerm: 1 labelSelector LabelSelector, 2 namespaces[], 3 topologyKey!, 4 namespaceSelector LabelSelector,
    5 matchLabelKeys[], 6 mismatchLabelKeys[]
WeightedPodAffinityTerm: 1 weight! int, 2 podAffinityTerm PodAffinityTerm
PodAntiAffinity: 1 requiredDuringSchedulingIgnoredDuringExecution[] PodAffinityTerm,
    2 preferredDuringSchedulingIgnoredDuringExecution[] WeightedPodAffinityTerm
Toleration: 1 key, 2 operator, 3 value, 4 effect, 5 tolerationSeconds! int
HostAlias: 1 ip!, 2 hostnames[]
PodDNSConfig: 1 nameservers[], 2 searches[], 3 options[] PodDNSConfigOption
PodDNSConfigOption: 1 name, 2 value!
PodReadinessGate: 1 conditionType!
TopologySpreadConstraint: 1 maxSkew! int, 2 topologyKey!, 3 whenUnsatisfiable!, 4 labelSelector LabelSelector,
    5 minDomains! int, 6 nodeAffinityPolicy!, 7 nodeTaintsPolicy!, 8 matchLabelKeys[]
PodOS: 1 name!
PodSchedulingGate: 1 name!
PodResourceClaim: 1 name!, 3 resourceClaimName!, 4 resourceClaimTemplateName!
WorkloadReference: 1 name!, 2 podGroup!, 3 podGroupReplicaKey
PodTemplateSpec: 1 metadata ObjectMeta, 2 spec PodSpec
""",
    STATUS,
    VOLUMES,
    CORE,
    META,
)
