import { open } from 'node:fs/promises'

/** Where checkpoints are kept beside the database, out of reach of whoever can write there. It rejects when a text is not kept. */
export type CheckpointPlace = (text: string) => Promise<void>

/** A file with one checkpoint a line, durable when it resolves; made, readable by its owner alone, if it is not there. */
export function checkpointFile(path: string): CheckpointPlace {
  return async (text) => {
    const file = await open(path, 'a', 0o600)
    try {
      await file.appendFile(`${text}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
  }
}

const answerWithinMs = 10_000

/** Somebody who takes checkpoints by HTTP POST, each as the body of a request of the type `application/jose`, and answers with a status of success. */
export function checkpointUrl(url: string): CheckpointPlace {
  return async (text) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body: text,
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`the second place of checkpoints answered ${answer.status}`)
  }
}
