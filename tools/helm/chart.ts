import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { repositoryFile, repositoryText } from '../src/repository.ts'

/** The chart, as a path that helm takes. */
export const chartFolder = repositoryFile('deploy/helm/watchword')

/** Values that every set needs. */
export const requiredValues = `${chartFolder}/ci/required.yaml`

/** The sets of values that are tested, by name, each with the files to give to helm. */
export const valueSets: ReadonlyMap<string, readonly string[]> = new Map(
  globSync(`${chartFolder}/ci/*.yaml`)
    .toSorted()
    .map((file) => [basename(file, '.yaml'), file === requiredValues ? [file] : [requiredValues, file]]),
)

/** A text of the chart. */
export function chartText(path: string): string {
  return repositoryText(`deploy/helm/watchword/${path}`)
}

/** A route of `files/routes.yaml`. */
export type ChartRoute = Readonly<{ type: 'prefix' | 'exact' | 'regex'; path: string; service: string }>

/** How Ingress and HTTPRoute send paths. */
export function chartRoutes(): readonly ChartRoute[] {
  return parse(chartText('files/routes.yaml')) as readonly ChartRoute[]
}

/** The service that an Ingress or an HTTPRoute chooses: what is exact before what is a pattern, and the longest prefix last. */
export function serviceByRoutes(path: string): string | undefined {
  const routes = chartRoutes()
  const exact = routes.find((route) => route.type === 'exact' && route.path === path)
  const regex = routes.find((route) => route.type === 'regex' && new RegExp(`^${route.path}`).test(path))
  const prefixes = routes
    .filter(
      (route: ChartRoute) => route.type === 'prefix' && (path === route.path || path.startsWith(`${route.path}/`)),
    )
    .toSorted((one, other) => other.path.length - one.path.length)
  return (exact ?? regex ?? prefixes[0])?.service
}

/** A path for each of the interface, and some that look like one. */
export function interfacePaths(): readonly string[] {
  const { paths } = JSON.parse(repositoryText('schemas/http/openapi.json')) as {
    paths: Readonly<Record<string, unknown>>
  }
  const all = [...Object.keys(paths), '/v1/subscribe', '/v1/keysmith', '/v1/users/a/b/timeline']
  return all.map((path) => path.replaceAll(/\{\w+\}/g, 'x'))
}

/** An object as a manifest has it; what is in it is looked at by path. */
export type Manifest = Readonly<{
  apiVersion: string
  kind: string
  metadata: Readonly<{
    name: string
    namespace?: string
    labels?: Readonly<Record<string, string>>
    annotations?: Readonly<Record<string, string>>
  }>
  spec?: ManifestSpec
  data?: Readonly<Record<string, string>>
}>

type Labels = Readonly<Record<string, string>>

export type Container = Readonly<{
  name: string
  image: string
  command?: readonly string[]
  env?: readonly Variable[]
  ports?: readonly Readonly<{ name: string; containerPort: number }>[]
  securityContext?: Readonly<Record<string, unknown>>
  volumeMounts?: readonly Readonly<{ name: string; mountPath: string }>[]
  resources?: Readonly<{ requests?: object; limits?: object }>
  lifecycle?: Readonly<{ preStop: Readonly<{ sleep: Readonly<{ seconds: number }> }> }>
}> &
  Readonly<Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', Probe | undefined>>

/** Its value, or the field of the pod that it is. */
type Variable = Readonly<{
  name: string
  value?: string
  valueFrom?: Readonly<{ fieldRef?: Readonly<{ fieldPath: string }> }>
}>

type Probe = Readonly<{ httpGet: Readonly<{ path: string; port: string }> }>

type SecretSource = Readonly<{
  secret: Readonly<{ name: string; items: readonly Readonly<{ key: string; path: string }>[] }>
}>

type Volume = Readonly<{
  name: string
  configMap?: Readonly<{ name: string }>
  projected?: Readonly<{ sources: readonly SecretSource[] }>
}>

export type PodSpec = Readonly<{
  containers: readonly Container[]
  volumes?: readonly Volume[]
  automountServiceAccountToken?: boolean
  enableServiceLinks?: boolean
  securityContext?: Readonly<Record<string, unknown>>
  terminationGracePeriodSeconds?: number
}>

type ManifestSpec = Readonly<{
  replicas?: number
  serviceName?: string
  selector?: Readonly<{ matchLabels?: Labels }> & Readonly<Record<string, unknown>>
  template?: Readonly<{ metadata: Readonly<{ labels: Labels; annotations?: Labels }>; spec: PodSpec }>
  volumeClaimTemplates?: readonly Readonly<{ metadata: Readonly<{ name: string }> }>[]
  ports?: readonly Readonly<{ name: string; port: number; targetPort: string }>[]
  podSelector?: Readonly<{ matchLabels: Labels }>
  maxUnavailable?: number | string
  minAvailable?: number | string
  minReplicas?: number
  minReplicaCount?: number
  rules?: readonly unknown[]
  [field: string]: unknown
}>

/** The objects of a text of YAML; throws for one that is none. */
export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    const found = document.toJS() as Manifest | null
    return found === null ? [] : [found]
  })
}

/** Deployments and StatefulSets. */
export function workloadsOf(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
}

/** What a workload, a job or a pod runs. */
export function podOf({ kind, metadata, spec }: Manifest): PodSpec {
  const pod = kind === 'Pod' ? (spec as unknown as PodSpec) : spec?.template?.spec
  if (pod === undefined) throw new TypeError(`${kind} ${metadata.name} has no pods`)
  return pod
}

/** The first container, which is ours. */
export function containerOf(manifest: Manifest): Container {
  const [container] = podOf(manifest).containers
  if (container === undefined) throw new TypeError(`${manifest.metadata.name} has no container`)
  return container
}

/** The service that an object belongs to. */
export function componentOf({ metadata }: Manifest): string {
  return metadata.labels?.['app.kubernetes.io/component'] ?? ''
}
