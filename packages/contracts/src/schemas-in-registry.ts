import { avroType } from './avro-type.ts'
import { schemaText } from './codec.ts'
import { compatibility, type HttpRegistry } from './http-registry.ts'
import { SchemaRegistryError } from './schema-registry-error.ts'
import { nameOfTopic, topicCatalogue } from './topics.ts'

/** How the schema of one topic stands to the registry; `id` is the number in the frames of its records. */
export type SchemaFinding = Readonly<{ subject: string }> &
  (
    | Readonly<{ status: 'registered'; id: number }>
    /** Not registered; it reads everything that is. `versions` counts what is registered, 0 for a new subject. */
    | Readonly<{ status: 'new'; versions: number }>
    | Readonly<{ status: 'incompatible'; detail: string }>
  )

/** Compares every schema of the catalogue with the registry and changes nothing. Rejects with a SchemaRegistryError. */
export async function checkSchemas(registry: HttpRegistry): Promise<readonly SchemaFinding[]> {
  const findings: SchemaFinding[] = []
  for (const { subject, text } of ownSchemas()) findings.push(await checkSchema(registry, subject, text))
  return findings
}

/**
 * Registers every schema of the catalogue that is not registered yet, under BACKWARD_TRANSITIVE, and nothing at all when one of them is
 * incompatible: then it rejects with `schema-incompatible`.
 */
export async function registerSchemas(registry: HttpRegistry): Promise<readonly SchemaFinding[]> {
  const refused = (await checkSchemas(registry)).flatMap((finding) =>
    finding.status === 'incompatible' ? [`${finding.subject}: ${finding.detail}`] : [],
  )
  if (refused.length > 0) throw new SchemaRegistryError('schema-incompatible', refused.join('\n'))
  const registered: SchemaFinding[] = []
  for (const { subject, text } of ownSchemas()) {
    await registry.requireCompatibility(subject)
    registered.push({ subject, status: 'registered', id: await registry.register(subject, text) })
  }
  return registered
}

function ownSchemas(): readonly Readonly<{ subject: string; text: string }>[] {
  return topicCatalogue.flatMap(({ name: topic }) => {
    const name = nameOfTopic(topic)
    return name === undefined ? [] : [{ subject: `${topic}-value`, text: schemaText(name) }]
  })
}

async function checkSchema(registry: HttpRegistry, subject: string, text: string): Promise<SchemaFinding> {
  const id = await registry.find(subject, text)
  if (id !== undefined) return { subject, status: 'registered', id }
  const type = avroType(text)
  const versions = await registry.versionsOf(subject)
  // A registry whose rule is weaker, or none, would take what could not read the records that are there.
  for (const version of versions)
    try {
      type.createResolver(avroType(version.schema))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { subject, status: 'incompatible', detail: `cannot read what schema ${version.id} wrote: ${why}` }
    }
  if (!(await registry.wouldTake(subject, text)))
    return { subject, status: 'incompatible', detail: `the registry would not take it (${compatibility})` }
  return { subject, status: 'new', versions: versions.length }
}
