import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { LogError } from '../log-error.ts'
import type { WorkerAnswer, WorkerMessage, WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.ts'

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
  // In the order of the requests, which is that of the replies.
  const asked: Asked[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let isOpen = false
  let hasAsked = false
  let closing = false
  let gone = false

  function expectReply(): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => asked.push({ resolve, reject }))
  }

  const opened = expectReply()
  function take(reply: WorkerReply): void {
    isOpen = true
    const waiting = asked.shift()
    if (reply === null || !('fault' in reply)) waiting?.resolve(reply)
    else waiting?.reject(new LogError(reply.fault.code, `sqlite log: ${reply.fault.message}`))
  }

  function settle(): void {
    for (let next = receiveMessageOnPort(replies); next !== undefined; next = receiveMessageOnPort(replies))
      take(next.message as WorkerReply)
  }

  replies.on('message', take)
  // An answer that cannot be read would be missed, and every later one taken for that of the request before.
  replies.on('messageerror', () => void worker.terminate())
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
    if (!closing && isOpen && hasAsked) onFault(error)
    for (const waiting of asked.splice(0)) waiting.reject(error)
    end()
  })

  return {
    opened,
    ask(request, transfer = []) {
      if (gone) return Promise.reject(new LogError('log-unavailable', 'the thread of the log has ended'))
      if (request.kind === 'close') closing = true
      hasAsked = true
      worker.postMessage(messageOf(request), transfer)
      return expectReply()
    },
    settle,
    ended: () => ended,
  }
}

function messageOf(request: WorkerRequest): WorkerMessage {
  const isRecordsAlone = request.kind === 'write' && request.headerNames.length + request.positions.length === 0
  return isRecordsAlone ? request.packed : request
}
