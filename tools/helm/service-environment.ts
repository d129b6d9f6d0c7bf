import { parse } from 'yaml'
import { type Container, type Manifest, podOf } from './chart.ts'

/** What a container starts with: variables, files by path, and the name of the Secret and key that each file comes from. */
export type Environment = Readonly<{
  env: Readonly<Record<string, string>>
  files: ReadonlyMap<string, string>
  secrets: ReadonlyMap<string, string>
}>

/** Something that each service takes for the content of a Secret's key. */
function contentOf(path: string): string {
  if (path === 'report-key') return 'k'.repeat(43)
  if (path === 'webhooks.json')
    return JSON.stringify([
      { id: 'desk', tenant: 'shop', url: 'https://hooks.example/1', secrets: [`whsec_${'A'.repeat(44)}`] },
    ])
  if (path === 'mail.json' || path === 'siem.json') return '[]'
  return `content of ${path}`
}

/** The environment of a container, as a kubelet would make it of the manifests; throws for what leads nowhere. */
export function environmentOf(owner: Manifest, container: Container, manifests: readonly Manifest[]): Environment {
  const volumes = new Map((podOf(owner).volumes ?? []).map((volume) => [volume.name, volume]))
  const files = new Map<string, string>()
  const secrets = new Map<string, string>()
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const claimed = owner.spec?.volumeClaimTemplates?.some(({ metadata }) => metadata.name === name) ?? false
    const volume = volumes.get(name)
    if (volume === undefined && !claimed) throw new TypeError(`${owner.metadata.name} mounts no volume ${name}`)
    for (const { secret } of volume?.projected?.sources ?? [])
      for (const { key, path } of secret.items) {
        files.set(`${mountPath}/${path}`, contentOf(path))
        secrets.set(`${mountPath}/${path}`, `${secret.name}/${key}`)
      }
    if (name === 'config')
      for (const [key, text] of configOf(volume?.configMap?.name, manifests)) files.set(`${mountPath}/${key}`, text)
  }
  const env = Object.fromEntries(
    (container.env ?? []).map(({ name, value = '', valueFrom }) => [
      name,
      valueFrom === undefined ? value : fieldOf(owner, valueFrom.fieldRef?.fieldPath),
    ]),
  )
  return { env, files, secrets }
}

/** A field of the first pod of a StatefulSet. */
function fieldOf({ kind, metadata }: Manifest, path: string | undefined): string {
  if (kind !== 'StatefulSet' || path !== 'metadata.name') throw new TypeError(`${kind} has no pod with a fixed ${path}`)
  return `${metadata.name}-0`
}

function configOf(name: string | undefined, manifests: readonly Manifest[]): readonly (readonly [string, string])[] {
  const found = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)
  if (found?.data === undefined) throw new TypeError(`there is no ConfigMap ${name}`)
  for (const text of Object.values(found.data)) parse(text)
  return Object.entries(found.data)
}
