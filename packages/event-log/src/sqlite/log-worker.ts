import { parentPort, workerData } from 'node:worker_threads'
import { LogError } from '../log-error.ts'
import { type LogDatabase, openLogDatabase } from './log-database.ts'
import { faultCodeOf } from './sqlite-fault.ts'
import type { WorkerAnswer, WorkerData, WorkerMessage, WorkerReply, WorkerRequest } from './worker-protocol.ts'

const port = parentPort
if (port === null) throw new Error('log-worker runs as a worker thread')
const { replies, ...start } = workerData as WorkerData

function reply(work: () => WorkerAnswer): void {
  const message = outcomeOf(work)
  replies.postMessage(message, message instanceof Uint8Array ? [message.buffer] : [])
}

function outcomeOf(work: () => WorkerAnswer): WorkerReply {
  try {
    return work()
  } catch (error) {
    const code = error instanceof LogError ? error.code : faultCodeOf(error)
    return { fault: { code, message: error instanceof Error ? error.message : 'unknown' } }
  }
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function answer(db: LogDatabase, request: WorkerRequest): WorkerAnswer {
  switch (request.kind) {
    case 'write':
      db.write(request.packed, request.headerNames, request.positions)
      return null
    case 'read':
      return db.read(request.topic, request.partition, request.offset, request.limit)
    case 'clean':
      return db.clean(request.topic, request.plan)
    case 'close':
      db.close()
      return null
  }
}

// A request that cannot be read would have no answer, and every later one that of another: better none at all.
port.on('messageerror', (error) => {
  throw error
})

reply(() => {
  const db = openLogDatabase(start)
  port.on('message', (message: WorkerMessage) => {
    const request: WorkerRequest =
      message instanceof Uint8Array ? { kind: 'write', packed: message, headerNames: [], positions: [] } : message
    reply(() => answer(db, request))
    // The thread ends with its port, once the reply is out.
    if (request.kind === 'close') port.close()
  })
  return db.opened
})
