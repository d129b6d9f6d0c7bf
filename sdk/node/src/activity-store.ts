import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type FolderLock, lockFolder } from './queue-lock.ts'
import { readSegmentLines, type SegmentLine, writeSegmentLine } from './segment-line.ts'
import { WatchwordError } from './watchword-error.ts'

/** An activity that a process before this one took and did not deliver. */
export type LeftActivity = { readonly seq: number; readonly json: string }

/** Activities on the disk until they are settled. */
export type ActivityStore = {
  /** What was there at the start and is not settled, in the order of its capture. */
  readonly left: readonly LeftActivity[]
  /** Takes one activity; `stored` resolves when it is on the disk, or could not be put there, which `onError` is told. */
  readonly append: (json: string) => { readonly seq: number; readonly stored: Promise<void> }
  /** All up to `seq` were delivered or refused for good. */
  readonly settle: (seq: number) => void
  /** Waits for what is being written and gives the folder back. */
  readonly close: () => Promise<void>
}

type Segment = { readonly file: string; lastSeq: number }

const segmentBytesMax = 1_048_576

/**
 * Opens a folder for the activities of one process: segments to which lines are appended, each synced to the disk before it counts as stored.
 * Throws `queue-in-use` or `queue-unwritable`.
 */
export const openActivityStore = (
  folder: string,
  onError: ((error: WatchwordError) => void) | undefined,
): ActivityStore => {
  const lock = prepare(folder)
  const { left, segments, lastSeq, settledBefore, lastName } = recover(folder, onError)
  let seq = lastSeq
  let settled = settledBefore
  let toldSettled = settledBefore
  let name = lastName
  let current: { readonly segment: Segment; bytes: number } | undefined
  let waiting: { readonly line: SegmentLine; readonly done: () => void }[] = []
  let writing: Promise<void> | undefined

  const startSegment = (firstSeq: number): { readonly segment: Segment; bytes: number } => {
    // A name of its own each time: half a line may stand at the end of any file that is there.
    name += 1
    const segment = { file: join(folder, `${String(name).padStart(nameLength, '0')}${extension}`), lastSeq: firstSeq }
    segments.push(segment)
    return { segment, bytes: 0 }
  }

  const writeLines = async (lines: readonly SegmentLine[]): Promise<void> => {
    const last = lines.at(-1)?.seq ?? 0
    const isNew = current === undefined || current.bytes >= segmentBytesMax
    const target = isNew || current === undefined ? startSegment(lines[0]?.seq ?? 0) : current
    current = target
    const text = lines.map(writeSegmentLine).join('')
    const handle = await open(target.segment.file, 'a', 0o600)
    try {
      await handle.appendFile(text)
      // What is lost of this kind is delivered again, as a duplicate.
      if (lines.some(({ type }) => type === 'activity')) await handle.datasync()
    } finally {
      await handle.close()
    }
    if (isNew) syncFolder(folder)
    target.segment.lastSeq = Math.max(target.segment.lastSeq, last)
    target.bytes += Buffer.byteLength(text)
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0 || toldSettled < settled) {
      const batch = waiting
      waiting = []
      const lines = batch.map(({ line }) => line)
      if (toldSettled < settled) lines.push({ type: 'settled', seq: settled })
      toldSettled = settled
      try {
        // Another process would write over it, and have its own dropped.
        if (!lock.isHeld()) throw new Error('another process has taken the queue')
        await writeLines(lines)
        dropSettled()
      } catch (cause) {
        // Half a line may stand there now; what comes goes to a file of its own.
        current = undefined
        onError?.(new WatchwordError('queue-unwritable', `activities cannot be kept in ${folder}`, { cause }))
      }
      for (const { done } of batch) done()
    }
    writing = undefined
  }

  const dropSettled = (): void => {
    while (segments[0] !== undefined && segments[0] !== current?.segment && segments[0].lastSeq <= settled) {
      rmSync(segments[0].file, { force: true })
      segments.shift()
    }
  }

  return {
    left,
    append: (json) => {
      const mine = ++seq
      const stored = new Promise<void>((done) => waiting.push({ line: { type: 'activity', seq: mine, json }, done }))
      writing ??= writeAll()
      return { seq: mine, stored }
    },
    settle: (upTo) => {
      settled = Math.max(settled, upTo)
      writing ??= writeAll()
    },
    close: async () => {
      await writing
      if (settled === seq && lock.isHeld()) for (const { file } of segments) rmSync(file, { force: true })
      lock.release()
    },
  }
}

const extension = '.segment'
const nameLength = 16

const prepare = (folder: string): FolderLock => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return lockFolder(folder)
  } catch (cause) {
    if (cause instanceof WatchwordError) throw cause
    throw new WatchwordError('queue-unwritable', `activities cannot be kept in ${folder}`, { cause })
  }
}

const recover = (folder: string, onError: ((error: WatchwordError) => void) | undefined) => {
  const activities = new Map<number, string>()
  const segments: Segment[] = []
  let settled = 0
  let lastSeq = 0
  let damaged = 0
  let lastName = 0
  for (const name of readdirSync(folder)
    .filter((each) => each.endsWith(extension))
    .toSorted()) {
    const file = join(folder, name)
    lastName = Math.max(lastName, Number(name.slice(0, nameLength)) || 0)
    const read = readSegmentLines(readFileSync(file))
    damaged += read.damaged
    let last = 0
    for (const line of read.lines) {
      last = Math.max(last, line.seq)
      if (line.type === 'settled') settled = Math.max(settled, line.seq)
      else activities.set(line.seq, line.json)
    }
    lastSeq = Math.max(lastSeq, last)
    segments.push({ file, lastSeq: last })
  }
  if (damaged > 0) onError?.(new WatchwordError('queue-damaged', `${damaged} kept activities cannot be read any more`))
  const left = Array.from(activities, ([seq, json]) => ({ seq, json }))
    .filter(({ seq }) => seq > settled)
    .toSorted((a, b) => a.seq - b.seq)
  return { left, segments, lastSeq: Math.max(lastSeq, settled), settledBefore: settled, lastName }
}

/** Makes a new name in a folder as durable as what it names. */
const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
