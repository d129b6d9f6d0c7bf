import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binaries, run, succeed } from './helm.ts'

const script = fileURLToPath(new URL('kubernetes.sh', import.meta.url))

/** A Kubernetes API server of this test, with the custom resources that the chart can make. No kubelet, no controllers: what is accepted stays as it is. */
export type ApiServer = Readonly<{
  kubeconfig: string
  kubectl: (args: readonly string[], input?: string) => Promise<string>
  stop: () => Promise<void>
}>

/** Starts it and waits until it knows the custom resources. */
export async function startApiServer(): Promise<ApiServer> {
  const kubeconfig = (await succeed(script, ['start'])).trim()
  const kubectl = (args: readonly string[], input = ''): Promise<string> =>
    succeed(binaries.kubectl, ['--kubeconfig', kubeconfig, ...args], input)
  const stop = async (): Promise<void> => {
    await succeed(script, ['stop'])
  }
  try {
    await kubectl(['apply', '--server-side', '--filename', binaries.definitions])
    await kubectl(['apply', '--filename', '-'], clickHouseInstallations)
    // Not `kubectl wait`: it fails for a definition that has no condition yet.
    await until('every custom resource is known', async () =>
      areEstablished(await kubectl(['get', 'crd', '--output', 'json'])),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { kubeconfig, kubectl, stop }
}

type CustomKinds = Readonly<{
  items: readonly Readonly<{
    spec: Readonly<{ names: Readonly<{ kind: string }> }>
    status?: Readonly<{ conditions?: readonly Readonly<{ type: string; status: string }>[] }>
  }>[]
}>

function areEstablished(answer: string): boolean {
  const { items } = JSON.parse(answer) as CustomKinds
  return items.every(({ status }) =>
    (status?.conditions ?? []).some((condition) => condition.type === 'Established' && condition.status === 'True'),
  )
}

const everyMs = 200
const withinMs = 30_000

/** Asks again until something is so; rejects with what did not come to be. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not come to be that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

// The definition of Altinity's operator is in no registry, so the server takes whatever stands in one.
const clickHouseInstallations = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: clickhouseinstallations.clickhouse.altinity.com }
spec:
  group: clickhouse.altinity.com
  scope: Namespaced
  names: { kind: ClickHouseInstallation, singular: clickhouseinstallation, plural: clickhouseinstallations }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`

type Definition = Readonly<{
  properties?: object
  type?: string
  format?: string
  'x-kubernetes-group-version-kind'?: readonly Readonly<{ group: string; version: string; kind: string }>[]
  [keyword: string]: unknown
}>

/**
 * Writes what the server says of its kinds, custom ones included, as schemas that refuse unknown fields, and answers the location that kubeconform
 * takes them from.
 */
export async function writeStrictSchemas(server: ApiServer, folder: string): Promise<string> {
  const custom = JSON.parse(await server.kubectl(['get', 'crd', '--output', 'json'])) as CustomKinds
  let definitions: Readonly<Record<string, Definition>> = {}
  // It says more of a custom resource some time after it takes the first one.
  await until('the schemas of the server have every custom resource', async () => {
    const answer = JSON.parse(await server.kubectl(['get', '--raw', '/openapi/v2'])) as {
      definitions: typeof definitions
    }
    definitions = answer.definitions
    const kinds = new Set(Object.values(definitions).flatMap((each) => kindsOf(each).map(({ kind }) => kind)))
    return custom.items.every(({ spec }) => kinds.has(spec.names.kind))
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'definitions.json'), JSON.stringify({ definitions: strict(definitions) }))
  for (const [name, definition] of Object.entries(definitions))
    for (const { group, version, kind } of kindsOf(definition)) {
      // kubeconform names a group by its first word.
      const [word = ''] = group.split('.')
      const file = [kind.toLowerCase(), ...(word === '' ? [] : [word]), version.toLowerCase()].join('-')
      writeFileSync(join(folder, `${file}.json`), JSON.stringify({ $ref: `definitions.json#/definitions/${name}` }))
    }
  return join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json')
}

function kindsOf(definition: Definition) {
  return definition['x-kubernetes-group-version-kind'] ?? []
}

/** The same with no room for unknown fields, and with the types that JSON Schema has for those of Kubernetes' own. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict)
  if (typeof value !== 'object' || value === null) return value
  const schema = Object.fromEntries(Object.entries(value).map(([key, below]) => [key, strict(below)]))
  const { type, format, properties } = schema
  if (format === 'int-or-string') return { type: ['integer', 'string'] }
  if (typeof properties !== 'object' || type === undefined || typeof type !== 'string') return schema
  const isOpen = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'] === true
  return isOpen ? schema : { ...schema, additionalProperties: false }
}

/** Holds manifests to schemas; answers what is wrong. */
export async function strictFaults(manifests: string, location: string): Promise<readonly string[]> {
  const { stdout, stderr } = await run(
    binaries.kubeconform,
    ['-strict', '-output', 'json', '-schema-location', location, '-'],
    manifests,
  )
  const { resources } = JSON.parse(stdout || assertNever(stderr)) as {
    resources?: readonly Readonly<{ kind: string; name: string; status: string; msg: string }>[]
  }
  return (resources ?? []).map(({ kind, name, status, msg }) => `${kind} ${name}: ${status} ${msg}`)
}

function assertNever(stderr: string): never {
  throw new Error(`kubeconform printed nothing: ${stderr}`)
}
