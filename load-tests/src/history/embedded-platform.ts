import { freePort } from '@watchword/service-kit'
import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '@watchword/node'
import { startPlatformProcess } from '../platform-process.ts'
import { calm, type HistoryPlatform, type PlatformDeps, untilFresh } from './history-platform.ts'

const stoppedForMs = 3_000
/** The SDK's bound of a replica, and time for its answer to be asked for. */
const unknownAfterMs = 1_200

/** `watchword up`, which is stopped for a while and goes on, then killed and started again. */
export async function startEmbeddedPlatform(data: string, { verdicts, print }: PlatformDeps): Promise<HistoryPlatform> {
  const where = { data, port: await freePort() }
  let platform = await startPlatformProcess(where)
  const { url, key } = platform

  /** A platform that stands still must not leave anybody admitted by what was known before. */
  async function stopAndGoOn(replica: Replica): Promise<void> {
    print('SIGSTOP for 3 s')
    platform.signal('SIGSTOP')
    const resumeAt = performance.now() + stoppedForMs
    await delay(unknownAfterMs)
    while (performance.now() < resumeAt) {
      expectUnknown(replica)
      await delay(100)
    }
    platform.signal('SIGCONT')
    await untilFresh(replica, 'after SIGCONT', verdicts)
  }

  async function killAndStartAgain(replica: Replica): Promise<void> {
    print('kill -9 and start again')
    await platform.kill()
    await delay(unknownAfterMs)
    expectUnknown(replica)
    platform = await startPlatformProcess(where)
    await untilFresh(replica, 'after the restart', verdicts)
  }

  function expectUnknown(replica: Replica): void {
    const status = replica.check(calm)
    verdicts.expect('a replica without contact knows nothing', status === 'unknown', () => JSON.stringify(status))
  }

  return {
    url,
    key,
    guards: [() => url],
    async disturb({ after }, replica) {
      await after(0.3)
      await stopAndGoOn(replica)
      await after(0.6)
      await killAndStartAgain(replica)
      await after(1)
    },
    async stop() {
      await platform.stop()
    },
  }
}
