import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { LogError } from '../log-error.ts'
import {
  type NumberedRequest,
  openingId,
  type WorkerAnswer,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-protocol.ts'

/** The worker thread as a function. */
export interface WorkerClient {
  /** What opening the file answered. */
  readonly opened: Promise<WorkerAnswer>
  /** Answered in order. Rejects with a LogError. */
  ask(request: WorkerRequest, transfer?: readonly ArrayBuffer[]): Promise<WorkerAnswer>
  /** Settles now what has been answered already; the event loop would do it only when it comes round to the thread. */
  settle(): void
  /** Resolves when the thread has ended. */
  ended(): Promise<void>
}

type Asked = Readonly<{ resolve: (answer: WorkerAnswer) => void; reject: (error: LogError) => void }>

/** Starts the thread. `onFault` hears of a thread that ended unasked: nothing works after that. */
export function startWorker(start: WorkerStart, onFault: (error: Error) => void): WorkerClient {
  const channel = new MessageChannel()
  const replies = channel.port1
  const worker = new Worker(new URL('./log-worker.ts', import.meta.url), {
    workerData: { ...start, replies: channel.port2 },
    transferList: [channel.port2],
  })
  const asked = new Map<number, Asked>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let nextId = openingId
  let closing = false
  let gone = false

  function expectReply(): Promise<WorkerAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>()
    asked.set(nextId, { resolve, reject })
    nextId += 1
    return promise
  }

  const opened = expectReply()
  function take(reply: WorkerReply): void {
    const waiting = asked.get(reply.id)
    asked.delete(reply.id)
    if ('answer' in reply) waiting?.resolve(reply.answer)
    else waiting?.reject(new LogError(reply.fault.code, `sqlite log: ${reply.fault.message}`))
  }

  function settle(): void {
    for (let next = receiveMessageOnPort(replies); next !== undefined; next = receiveMessageOnPort(replies))
      take(next.message as WorkerReply)
  }

  replies.on('message', take)
  let cause: unknown
  worker.on('error', (error) => {
    cause = error
  })
  worker.on('exit', () => {
    gone = true
    // What it said before it ended may not have come round yet.
    settle()
    replies.close()
    const error = new LogError('log-unavailable', 'the thread of the log has ended', { cause })
    // One that could not open ends by itself, and the caller of open hears of it.
    if (!closing && !asked.has(openingId) && nextId > openingId + 1) onFault(error)
    for (const waiting of asked.values()) waiting.reject(error)
    asked.clear()
    end()
  })

  return {
    opened,
    ask(request, transfer = []) {
      if (gone) return Promise.reject(new LogError('log-unavailable', 'the thread of the log has ended'))
      if (request.kind === 'close') closing = true
      const message: NumberedRequest = { id: nextId, request }
      worker.postMessage(message, transfer)
      return expectReply()
    },
    settle,
    ended: () => ended,
  }
}
