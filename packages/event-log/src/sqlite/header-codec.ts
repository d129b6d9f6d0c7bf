import type { Headers } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import type { NewHeaderName } from './worker-protocol.ts'

const namesMax = 1000

/** Stores headers compactly: a name is written once a file and a number stands for it. */
export interface HeaderCodec {
  /** Null for no headers. */
  encode(headers: Headers): Uint8Array | null
  /** Throws a LogError `log-corrupt`. */
  decode(stored: Uint8Array | null): Headers
  /** Names that are not yet known to be durable; to be written with the records that use them. */
  unsaved(): readonly NewHeaderName[]
  saved(names: readonly NewHeaderName[]): void
}

const noHeaders: Headers = Object.freeze({})

/** Begins with the names that the file holds, in the order of their numbers. */
export function createHeaderCodec(stored: readonly string[]): HeaderCodec {
  const names = [...stored]
  const ids = new Map(names.map((name, id) => [name, id]))
  let pending: readonly NewHeaderName[] = []
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()

  /** Past the limit a name stands for itself, so that odd producers cannot fill the table. */
  function standInFor(name: string): number | string {
    const known = ids.get(name)
    if (known !== undefined) return known
    if (names.length >= namesMax) return name
    const id = names.push(name) - 1
    ids.set(name, id)
    pending = [...pending, { id, name }]
    return id
  }

  function nameOf(standIn: unknown): string {
    const name = typeof standIn === 'number' ? names[standIn] : standIn
    if (typeof name !== 'string') throw new LogError('log-corrupt', 'a record has a header without a name')
    return name
  }

  return {
    encode(headers) {
      const flat = Object.entries(headers).flatMap(([name, text]) => [standInFor(name), text])
      return flat.length === 0 ? null : encoder.encode(JSON.stringify(flat))
    },
    decode(bytes) {
      if (bytes === null) return noHeaders
      const flat: unknown = JSON.parse(decoder.decode(bytes))
      if (!Array.isArray(flat)) throw new LogError('log-corrupt', 'a record has headers that cannot be read')
      const entries: [string, string][] = []
      for (let at = 0; at < flat.length; at += 2) entries.push([nameOf(flat[at]), String(flat[at + 1])])
      return Object.fromEntries(entries)
    },
    unsaved: () => pending,
    saved(written) {
      pending = pending.filter((name) => !written.includes(name))
    },
  }
}
