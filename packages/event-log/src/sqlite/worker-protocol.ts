import type { MessagePort } from 'node:worker_threads'
import type { CleaningPlan, CleaningResult, GroupPosition } from '../embedded/record-store.ts'
import type { PartitionBounds } from '../start-offset.ts'
import type { LogErrorCode } from '../log-error.ts'

/** What the worker is started with. */
export type WorkerStart = Readonly<{
  file: string
  topics: readonly Readonly<{ name: string; partitions: number; compacted: boolean }>[]
  /** Upper limit of the file, in pages of 4 KiB; null for none. */
  pagesMax: number | null
}>

/** What the worker found when it had the file open. */
export type OpenedLog = Readonly<{
  bounds: readonly PartitionBounds[]
  positions: readonly GroupPosition[]
  topicIds: readonly (readonly [name: string, id: number])[]
  headerNames: readonly string[]
}>

/** As the worker gets it. */
export type WorkerData = WorkerStart &
  Readonly<{ /** Where its replies go; requests come by its parent port. */ replies: MessagePort }>

export type NewHeaderName = Readonly<{ id: number; name: string }>

export type WorkerRequest =
  | Readonly<{
      kind: 'write'
      /** Records as packed by record-codec. */
      packed: Uint8Array<ArrayBuffer>
      headerNames: readonly NewHeaderName[]
      positions: readonly GroupPosition[]
    }>
  | Readonly<{ kind: 'read'; topic: number; partition: number; offset: number; limit: number }>
  | Readonly<{ kind: 'clean'; topic: number; plan: CleaningPlan }>
  | Readonly<{ kind: 'close' }>

/** What is posted to the worker. Records alone are a write: an object around them costs as much again as to post them. */
export type WorkerMessage = Uint8Array<ArrayBuffer> | WorkerRequest

/** The answer to a write and to a close is null; to a read, the packed records. */
export type WorkerAnswer = OpenedLog | Uint8Array<ArrayBuffer> | CleaningResult | null

export type WorkerFault = Readonly<{ fault: Readonly<{ code: LogErrorCode; message: string }> }>

/** One for each message, in their order; the first of all is the outcome of opening. */
export type WorkerReply = WorkerAnswer | WorkerFault
