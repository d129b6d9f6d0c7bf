import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/** A schema of a subject, by the number in the Confluent frame: any number, not in the order of their making. */
export type RegisteredSchema = Readonly<{ id: number; schema: string }>

/** Gives every schema text of a subject a number, the one in the Confluent frame, and finds it again. */
export interface SchemaRegistry {
  /** The id of this very text under the subject; registers it when new. */
  register(subject: string, schema: string): Promise<number>
  /** The id of this very schema under the subject, or undefined when it is not registered there. */
  find(subject: string, schema: string): Promise<number | undefined>
  /** Every schema of the subject, the oldest first; none for a subject that is not known. */
  versionsOf(subject: string): Promise<readonly RegisteredSchema[]>
  /** The text of an id, or undefined when nobody registered it. */
  schemaOf(id: number): Promise<string | undefined>
}

type Entry = Readonly<{ id: number; subject: string; schema: string }>

/** The registry of the embedded engine: one JSON file in the data folder, written whole and fsynced; in memory without a file. */
export function createEmbeddedRegistry(file?: string): SchemaRegistry {
  const entries: Entry[] = file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Entry[]) : []
  const find = (subject: string, schema: string): Entry | undefined =>
    entries.find((entry) => entry.subject === subject && entry.schema === schema)
  return {
    async find(subject, schema) {
      return find(subject, schema)?.id
    },
    async versionsOf(subject) {
      return entries.filter((entry) => entry.subject === subject)
    },
    async register(subject, schema) {
      const known = find(subject, schema)
      if (known) return known.id
      const entry = { id: entries.length + 1, subject, schema }
      entries.push(entry)
      if (file) writeDurably(file, JSON.stringify(entries))
      return entry.id
    },
    async schemaOf(id) {
      return entries.find((entry) => entry.id === id)?.schema
    },
  }
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(`${file}.new`, 'w', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(`${file}.new`, file)
}
