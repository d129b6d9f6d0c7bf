import type { Headers } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { createByteSink } from './byte-sink.ts'
import type { NewHeaderName } from './worker-protocol.ts'

const namesMax = 1000

/** Stores headers compactly: a name is written once a file and a number stands for it. */
export interface HeaderCodec {
  /** Null for no headers; the bytes are good until the next call. */
  encode(headers: Headers): Uint8Array | null
  /** Throws a LogError `log-corrupt`. */
  decode(stored: Uint8Array | null): Headers
  /** Names that are not yet known to be durable; to be written with the records that use them. */
  unsaved(): readonly NewHeaderName[]
  saved(names: readonly NewHeaderName[]): void
}

const noHeaders: Headers = Object.freeze({})

/** Stands before a name that has no number. */
const unnumbered = -1

/** Begins with the names that the file holds, in the order of their numbers. Layout: number (or -1, length, name), length, text; and so on. */
export function createHeaderCodec(stored: readonly string[]): HeaderCodec {
  const names = [...stored]
  const ids = new Map(names.map((name, id) => [name, id]))
  let pending: readonly NewHeaderName[] = []
  const sink = createByteSink(1024)
  const decoder = new TextDecoder()

  /** Past the limit a name is written out, so that odd producers cannot fill the table. */
  function numberOf(name: string): number {
    const known = ids.get(name)
    if (known !== undefined) return known
    if (names.length >= namesMax) return unnumbered
    const id = names.push(name) - 1
    ids.set(name, id)
    pending = [...pending, { id, name }]
    return id
  }

  function putText(text: string): void {
    const at = sink.length
    sink.int32(0)
    sink.putInt32(at, sink.part(text))
  }

  return {
    encode(headers) {
      sink.clear()
      for (const name of Object.keys(headers)) {
        const id = numberOf(name)
        sink.int32(id)
        if (id === unnumbered) putText(name)
        putText(headers[name] ?? '')
      }
      return sink.length === 0 ? null : sink.written()
    },
    decode(bytes) {
      if (bytes === null) return noHeaders
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const entries: [string, string][] = []
      let at = 0
      const takeInt = (): number => view.getInt32((at += 4) - 4)
      const takeText = (): string => {
        const length = takeInt()
        at += length
        return decoder.decode(bytes.subarray(at - length, at))
      }
      while (at < bytes.length) {
        const id = takeInt()
        const name = id === unnumbered ? takeText() : names[id]
        if (name === undefined) throw new LogError('log-corrupt', 'a record has a header without a name')
        entries.push([name, takeText()])
      }
      return Object.fromEntries(entries)
    },
    unsaved: () => pending,
    saved(written) {
      pending = pending.filter((name) => !written.includes(name))
    },
  }
}
