import { stageCatalogue, topicCatalogue } from '@watchword/contracts'
import { type JsonSchema, oneOf, orNull, required, section, text, whole, yesOrNo } from './json-schema.ts'
import {
  byteQuantity,
  containerResources,
  objectName,
  openList,
  openObject,
  podsGone,
  podsLeft,
  textMap,
} from './kubernetes-schemas.ts'

/** More members of a group would have nothing to do. */
export const partitions = Math.min(
  ...stageCatalogue.map(({ input }) => topicCatalogue.find(({ name }) => name === input)?.partitions ?? 0),
)

/** How a service may be scaled: by its load, and by the lag of its stages where it has some. */
type Scaling = 'none' | 'load' | 'lag'

export type ComponentTerms = Readonly<{
  replicasMax: number
  scaling: Scaling
  /** Whether its folder may be in a volume of each replica. */
  persistent: boolean
  /** What this service alone has. */
  own?: Readonly<Record<string, JsonSchema>>
}>

/** The name of its own credentials for the cluster, of a service or a job. */
export const kafkaIdentity = section({ saslSecret: objectName, saslUsername: text, clientSecret: objectName })

/** The block of a service in the values. */
export function componentSchema({ replicasMax, scaling, persistent, own = {} }: ComponentTerms): JsonSchema {
  return section({
    enabled: yesOrNo,
    replicas: whole(1, replicasMax),
    ...own,
    kafka: kafkaIdentity,
    ...(scaling === 'none' ? {} : { autoscaling: autoscaling(scaling, replicasMax) }),
    pdb: section({ enabled: yesOrNo, maxUnavailable: podsGone, minAvailable: orNull(podsLeft) }),
    ...(persistent ? { persistence } : {}),
    dataSizeLimit: byteQuantity,
    ...podSchemas,
  })
}

/** One or the other, since a pair would pull the same replicas in two directions. */
function autoscaling(scaling: Scaling, replicasMax: number): JsonSchema {
  const percent = orNull(whole(1, 100))
  return section({
    kind: scaling === 'lag' ? oneOf('none', 'hpa', 'keda') : oneOf('none', 'hpa'),
    minReplicas: whole(1, replicasMax),
    maxReplicas: whole(1, replicasMax),
    hpa: section({ cpu: percent, memory: percent, behavior: openObject }),
    ...(scaling === 'lag'
      ? { keda: section({ lagThreshold: whole(1), pollingInterval: whole(1), cooldownPeriod: whole(0) }) }
      : {}),
  })
}

const persistence = section({
  enabled: yesOrNo,
  size: byteQuantity,
  storageClassName: objectName,
  accessModes: { type: 'array', items: oneOf('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'), minItems: 1 },
  annotations: textMap,
})

const probe = section({ periodSeconds: whole(1), timeoutSeconds: whole(1), failureThreshold: whole(1) })

const podSchemas = {
  resources: containerResources,
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  preStopSleepSeconds: whole(0, 300),
  terminationGracePeriodSeconds: whole(1, 3_600),
  service: section({ type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'), annotations: textMap }),
  serviceMonitor: section({ enabled: yesOrNo }),
  networkPolicy: section({ extraIngress: openList, extraEgress: openList }),
  podAnnotations: textMap,
  podLabels: textMap,
  nodeSelector: textMap,
  tolerations: openList,
  affinity: openObject,
  topologySpreadConstraints: openList,
  priorityClassName: objectName,
  extraEnv: { type: 'array', items: { type: 'object', properties: { name: required }, required: ['name'] } },
  extraEnvFrom: openList,
  extraVolumes: openList,
  extraVolumeMounts: openList,
  extraContainers: openList,
  initContainers: openList,
} satisfies Readonly<Record<string, JsonSchema>>
