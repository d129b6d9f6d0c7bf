import { Worker } from 'node:worker_threads'
import { StreamError } from '../stream-error.ts'
import type { NumberedRequest, OpenedState, StateFileOptions, StateReply, StateRequest } from './state-protocol.ts'

/** The thread that writes a state file, as a function. */
export interface StateThread {
  readonly opened: OpenedState
  /** Answered in order. Rejects with a StreamError `state-unwritable`. */
  ask(request: StateRequest, transfer?: readonly ArrayBuffer[]): Promise<void>
  /** Resolves when the thread has ended. */
  ended(): Promise<void>
}

type Asked = Readonly<{ resolve: (opened: OpenedState | undefined) => void; reject: (error: StreamError) => void }>

/** Starts the thread; resolves when it has opened the file. */
export async function startStateThread(options: StateFileOptions): Promise<StateThread> {
  const worker = new Worker(new URL('./state-worker.ts', import.meta.url), { workerData: options })
  const asked = new Map<number, Asked>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let nextId = 0
  let fault: StreamError | undefined

  function expectReply(): Promise<OpenedState | undefined> {
    const id = nextId
    nextId += 1
    return new Promise((resolve, reject) => asked.set(id, { resolve, reject }))
  }

  worker.on('message', ({ id, opened, fault: reason }: StateReply) => {
    const waiting = asked.get(id)
    asked.delete(id)
    if (reason === undefined) waiting?.resolve(opened)
    else waiting?.reject(new StreamError('state-unwritable', `state of ${options.stage}: ${reason}`))
  })
  worker.on('error', (error) => {
    fault = new StreamError('state-unwritable', `the thread of the state of ${options.stage} failed`, { cause: error })
  })
  worker.on('exit', () => {
    fault ??= new StreamError('state-unwritable', `the thread of the state of ${options.stage} has ended`)
    for (const waiting of asked.values()) waiting.reject(fault)
    asked.clear()
    end()
  })

  const opened = await expectReply()
  if (opened === undefined) throw new StreamError('state-unwritable', 'opening was not answered')
  return {
    opened,
    async ask(request, transfer = []) {
      if (fault !== undefined) throw fault
      const message: NumberedRequest = { id: nextId, request }
      worker.postMessage(message, transfer)
      await expectReply()
    },
    ended: () => ended,
  }
}
