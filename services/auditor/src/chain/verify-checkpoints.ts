import { type Checkpoint, digestOf, type PublicJwk, readCheckpoint } from './checkpoint.ts'
import { chainName } from './link.ts'

/** What a checkpoint says of a chain: its link at an offset. */
export type Pin = Readonly<{
  offset: number
  hash: string
  /** The number of the first checkpoint that says so. */
  checkpoint: number
  /** Epoch milliseconds: when the one before it was signed, and the record not yet stored; of the first when it was signed itself. */
  storedSince: number
}>

type CheckpointErrorCode = 'checkpoint-unreadable' | 'checkpoint-missing' | 'checkpoint-forked'

export type CheckpointFault = Readonly<{
  code: CheckpointErrorCode
  /** The number of the checkpoint, or of the line of one that cannot be read. */
  number: number
}>

export type VerifiedCheckpoints = Readonly<{
  /** By the name of the chain, in the order of their offsets. */
  pins: ReadonlyMap<string, readonly Pin[]>
  faults: readonly CheckpointFault[]
  count: number
  /** When the last one was signed, epoch milliseconds; 0 where there is none. */
  signedUntil: number
}>

/**
 * Reads checkpoints in any order, the same one as often as it comes. Each has to be signed by one of the keys and name the one before it, from
 * the first on; what a fault stands behind is still used, as it is signed.
 */
export function verifyCheckpoints(texts: Iterable<string>, keys: readonly PublicJwk[]): VerifiedCheckpoints {
  const byNumber = new Map<number, Readonly<{ text: string; checkpoint: Checkpoint }>>()
  const faults: CheckpointFault[] = []
  let line = 0
  for (const text of texts) {
    line += 1
    const checkpoint = readCheckpoint(text, keys)
    if (checkpoint === undefined) {
      faults.push({ code: 'checkpoint-unreadable', number: line })
      continue
    }
    const known = byNumber.get(checkpoint.number)
    if (known !== undefined && known.text !== text)
      faults.push({ code: 'checkpoint-forked', number: checkpoint.number })
    else byNumber.set(checkpoint.number, { text, checkpoint })
  }
  const ordered = [...byNumber.values()].toSorted((a, b) => a.checkpoint.number - b.checkpoint.number)
  let before: string | null = null
  for (const { text, checkpoint } of ordered) {
    if (checkpoint.previous !== before) faults.push({ code: 'checkpoint-missing', number: checkpoint.number - 1 })
    before = digestOf(text)
  }
  const checkpoints = ordered.map(({ checkpoint }) => checkpoint)
  const signedUntil = Date.parse(checkpoints.at(-1)?.at ?? '1970-01-01')
  return { pins: pinsOf(checkpoints), faults, count: ordered.length, signedUntil }
}

function pinsOf(checkpoints: readonly Checkpoint[]): ReadonlyMap<string, readonly Pin[]> {
  const pins = new Map<string, Pin[]>()
  for (const [index, { number, at, chains }] of checkpoints.entries())
    for (const { topic, partition, offset, hash } of chains) {
      const name = chainName(topic, partition)
      const pin = { offset, hash, checkpoint: number, storedSince: Date.parse(checkpoints[index - 1]?.at ?? at) }
      const own = pins.get(name)
      const last = own?.at(-1)
      if (own === undefined) pins.set(name, [pin])
      // A process that has just begun signs the ends of all chains, also of those that have not grown.
      else if (last?.offset !== offset || last.hash !== hash) own.push(pin)
    }
  for (const own of pins.values()) own.sort((a, b) => a.offset - b.offset)
  return pins
}
