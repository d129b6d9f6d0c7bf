import type avsc from 'avsc'
import { avroType } from './avro-type.ts'
import type { SchemaRegistry } from './registry.ts'
import { SchemaRegistryError } from './schema-registry-error.ts'

/** How the present schema of a topic reads what each schema wrote, by the id in the frame. */
export interface WriterSchemas {
  /** The id that this build writes. */
  readonly id: number
  /** `undefined` for an id that is not known; `null` reads without a resolver. Throws `schema-unreadable` for a newer schema that this build cannot read. */
  readerOf(id: number): avsc.Resolver | null | undefined
  knows(id: number): boolean
  /** Asks the registry for an id that is not known; one that the registry has not, or has for something else, stays unknown. */
  learn(id: number): Promise<void>
}

/**
 * Loads every schema registered for the subject and registers the present one if it is new. Rejects with `schema-incompatible`, before
 * anything is registered, when the present schema cannot read what an older one wrote; a newer one is an error only when a record of
 * it comes.
 */
export async function openWriterSchemas(
  subject: string,
  present: Readonly<{ type: avsc.Type; text: string }>,
  registry: SchemaRegistry,
): Promise<WriterSchemas> {
  const { type, text } = present
  const readers = new Map<number, avsc.Resolver | null | Error>()
  const versions = await registry.versionsOf(subject)
  const own = await registry.find(subject, text)
  const ownAt = versions.findIndex(({ id }) => id === own)
  const older = ownAt === -1 ? versions : versions.slice(0, ownAt)
  for (const { id, schema } of versions) take(id, schema)
  for (const { id } of older) {
    const reader = readers.get(id)
    if (reader instanceof Error)
      throw new SchemaRegistryError(
        'schema-incompatible',
        `${subject}: this build cannot read what schema ${id} of the registry wrote: ${reader.message}`,
        { cause: reader },
      )
  }
  const id = own ?? (await registry.register(subject, text))
  readers.set(id, null)

  function take(writerId: number, schema: string): void {
    try {
      const writer = avroType(schema)
      // Another record's schema, under an id that this topic's records should not carry.
      if (writer.name !== type.name) return
      readers.set(writerId, type.createResolver(writer))
    } catch (error) {
      readers.set(writerId, error instanceof Error ? error : new Error(String(error)))
    }
  }

  return {
    id,
    knows: (writerId) => readers.has(writerId),
    readerOf(writerId) {
      const reader = readers.get(writerId)
      if (!(reader instanceof Error)) return reader
      throw new SchemaRegistryError(
        'schema-unreadable',
        `${subject}: schema ${writerId} is newer than this build and cannot be read by it: ${reader.message}`,
        { cause: reader },
      )
    },
    async learn(writerId) {
      const schema = await registry.schemaOf(writerId)
      // A registry that others use as well has texts that are no Avro: whoever names one of them here has not written with ours.
      if (schema !== undefined && isAvro(schema)) take(writerId, schema)
    },
  }
}

function isAvro(schema: string): boolean {
  try {
    avroType(schema)
    return true
  } catch {
    return false
  }
}
