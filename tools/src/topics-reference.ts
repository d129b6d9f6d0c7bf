import { type TopicEntry, topicCatalogue } from '@watchword/contracts'
import { kebab } from '@watchword/contracts/naming'
import { code, generatedPage, markdownTable, plainText } from './markdown.ts'
import { repositoryText } from './repository.ts'

type Schema = string | readonly Schema[] | Named
type Field = Readonly<{ name: string; type: Schema; doc?: string; default?: unknown }>
type Named = Readonly<{
  type: string
  name?: string
  doc?: string
  fields?: readonly Field[]
  symbols?: readonly string[]
  items?: Schema
  values?: Schema
  logicalType?: string
}>

const dayMs = 86_400_000
const internal: ReadonlySet<string> = new Set(['factor', 'sighting', 'entity', 'app'])

const introduction = `The log is the interface for whoever reads it itself. Values are Avro in Confluent framing (a zero byte, the schema's id in four
bytes, the body); schemas stand in [\`schemas/\`](../../schemas), and later versions stay readable by and for all earlier ones
(BACKWARD_TRANSITIVE; a test decodes a record of every version ever released). A breaking change is a new topic, \`.v2\`. Beside
each topic stands \`<topic>.dlq\` with the records that could not be decoded or folded, their bytes untouched.
On a Kafka cluster \`watchword.state.<stage>.v1\` (internal) holds the state of each stage for other machines.
Topics keyed \`tenant:user\` are co-partitioned (murmur2 of the key). For machines: [\`schemas/asyncapi.json\`](../../schemas/asyncapi.json), AsyncAPI 3.`

/** The page on topics and their records. */
export function topicsReference(): string {
  const rows = topicCatalogue.map((entry) => [
    `[${code(entry.name)}](#${entry.name.replaceAll('.', '')})`,
    `${entry.doc}${internal.has(shortName(entry)) ? ' (internal)' : ''}`,
    code(entry.key),
    String(entry.partitions),
    keeping(entry),
    entry.owner.join(', '),
    entry.readers.join(', '),
  ])
  return generatedPage('Topics', 'schemas/topics.json and schemas/*.avsc', [
    introduction,
    markdownTable(['Topic', 'Holds', 'Key', 'Partitions', 'Kept', 'Written by', 'Read by'], rows),
    ...topicCatalogue.flatMap(topicParts),
  ])
}

function shortName({ schema }: TopicEntry): string {
  return schema.replace('.avsc', '')
}

function keeping({ cleanup, retentionMs }: TopicEntry): string {
  return cleanup === 'compact' ? 'newest of each key' : `${(retentionMs ?? 0) / dayMs} days`
}

function topicParts(entry: TopicEntry): readonly string[] {
  const schema = JSON.parse(repositoryText(`schemas/${entry.schema}`)) as Named
  const records: Named[] = []
  collect(schema, records)
  return [
    `## ${entry.name}`,
    schema.doc ?? entry.doc,
    ...records.flatMap((record) => [
      `**${record.name ?? ''}**${record.doc === undefined || record === schema ? '' : `: ${record.doc}`}`,
      fieldsTable(record),
    ]),
  ]
}

function fieldsTable({ fields = [] }: Named): string {
  if (fields.length === 0) return 'No fields.'
  return markdownTable(
    ['Field', 'Type', 'Meaning'],
    fields.map((field) => [code(field.name), typeText(field.type), plainText(field.doc ?? '')]),
  )
}

/** Every record in the order in which the schema defines it. */
function collect(schema: Schema, records: Named[]): void {
  if (typeof schema === 'string') return
  if (Array.isArray(schema)) {
    for (const branch of schema as readonly Schema[]) collect(branch, records)
    return
  }
  const named = schema as Named
  if (named.type === 'record') {
    records.push(named)
    for (const field of named.fields ?? []) collect(field.type, records)
  }
  for (const below of [named.items, named.values]) if (below !== undefined) collect(below, records)
}

function typeText(schema: Schema): string {
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return (schema as readonly Schema[]).map(typeText).join(' or ')
  const named = schema as Named
  switch (named.type) {
    case 'enum':
      return (named.symbols ?? []).map((symbol) => code(kebab(symbol))).join(', ')
    case 'array':
      return `list of ${typeText(named.items ?? '')}`
    case 'map':
      return `map of ${typeText(named.values ?? '')}`
    default:
      return named.logicalType === 'timestamp-millis' ? 'time, ms' : (named.name ?? named.type)
  }
}
