import { parentPort, workerData } from 'node:worker_threads'
import { LogError } from '../log-error.ts'
import { type LogDatabase, openLogDatabase } from './log-database.ts'
import { faultCodeOf } from './sqlite-fault.ts'
import {
  type NumberedRequest,
  openingId,
  type WorkerAnswer,
  type WorkerData,
  type WorkerReply,
  type WorkerRequest,
} from './worker-protocol.ts'

const port = parentPort
if (port === null) throw new Error('log-worker runs as a worker thread')
const { replies, ...start } = workerData as WorkerData

function reply(id: number, work: () => WorkerAnswer): void {
  const message = outcomeOf(id, work)
  const transfer = 'answer' in message && message.answer instanceof Uint8Array ? [message.answer.buffer] : []
  replies.postMessage(message, transfer)
}

function outcomeOf(id: number, work: () => WorkerAnswer): WorkerReply {
  try {
    return { id, answer: work() }
  } catch (error) {
    const code = error instanceof LogError ? error.code : faultCodeOf(error)
    return { id, fault: { code, message: error instanceof Error ? error.message : 'unknown' } }
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

reply(openingId, () => {
  const db = openLogDatabase(start)
  port.on('message', ({ id, request }: NumberedRequest) => {
    reply(id, () => answer(db, request))
    // The thread ends with its port, once the reply is out.
    if (request.kind === 'close') port.close()
  })
  return db.opened
})
