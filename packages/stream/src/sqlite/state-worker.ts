import { parentPort, workerData } from 'node:worker_threads'
import { openStateFile } from './state-file.ts'
import type { NumberedRequest, OpenedState, StateFileOptions, StateReply } from './state-protocol.ts'
import { createStateWriter } from './state-writer.ts'

const port = parentPort
if (port === null) throw new Error('state-worker runs as a worker thread')

function reply(id: number, work: () => OpenedState | undefined): void {
  let answer: StateReply
  try {
    const opened = work()
    answer = opened === undefined ? { id } : { id, opened }
  } catch (error) {
    answer = { id, fault: error instanceof Error ? error.message : 'unknown' }
  }
  port?.postMessage(answer)
}

reply(0, () => {
  const { db, positions, setAside } = openStateFile(workerData as StateFileOptions)
  const writer = createStateWriter(db)
  port.on('message', ({ id, request }: NumberedRequest) => {
    reply(id, () => {
      writer.handle(request)
      return undefined
    })
    if (request.kind === 'close') port.close()
  })
  return { positions, setAside }
})
