import { createApiClient } from '../campaign/api-client.ts'
import { askCheck, askStatus, type ClientsDeps } from '../history/clients.ts'
import type { LoadDeps } from '../load/load.ts'
import { operatedSessions } from '../load/operator-load.ts'
import { operatedUsers } from '../load/workers.ts'

export type AskAlwaysDeps = Pick<LoadDeps, 'random' | 'count'> &
  Pick<ClientsDeps, 'recorder'> &
  Readonly<{ url: string }>

const restMs = 20
const answersWithinMs = 5_000

/** Asks how the operated users stand, over kills and starts: from the first connection that a start takes to the last answer before a kill. */
export function askAlways(
  { url, recorder, random, count }: AskAlwaysDeps,
  key: () => string,
): Readonly<{ stop: () => Promise<void> }> {
  let stopped = false
  const api = createApiClient({ url: () => url, key, timeoutMs: answersWithinMs })
  const subjects = operatedUsers.flatMap((user) => operatedSessions.map((session) => ({ user, session })))
  const asking = (): ClientsDeps => ({
    api,
    recorder,
    subjects,
    random: random.fork(),
    stopping: () => stopped,
    count,
    restMs,
  })
  const running = Promise.all([askStatus(asking()), askCheck(asking(), key)])
  return {
    async stop() {
      stopped = true
      await running
      api.close()
    },
  }
}
