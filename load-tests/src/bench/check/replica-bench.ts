import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWatchword } from '@watchword/node'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { quantile } from '../measure/statistics.ts'
import { startReplicaGuard } from './replica-guard.ts'

const users = 100_000
const lockedUsers = 10_000
const checksPerRound = 1_000_000
const slice = 20_000

type Measured = Readonly<{ meanNs: number; p99Ns: number; hits: number }>

export const replicaBench: Bench = {
  name: 'replica',
  question: "a check in the SDK's replica against Map.get with the same keys",
  async run() {
    const names = Array.from({ length: users }, (_, user) => `user-${user}`)
    const subjects = names.map((user) => ({ user, session: `s-${user}`, device: 'device-1' }))
    const guard = await startReplicaGuard(names.slice(0, lockedUsers))
    const watchword = createWatchword({ url: guard.url, key: 'ww_bench_0123456789abcdefghij' })
    const replica = watchword.createReplica()
    await replica.ready
    const known = new Map(names.slice(0, lockedUsers).map((name) => [name, true]))

    const checks = measure((index) => {
      const status = replica.check(subjects[index] as (typeof subjects)[number])
      if (status === 'unknown') throw new RangeError('the replica lost contact: this round measures nothing')
      return status.locked
    })
    const gets = measure((index) => known.get(names[index] ?? '') === true)
    const rounds = await interleave(checks, gets)
    await watchword.close()
    guard.stop()

    const comparison = (name: string, what: 'meanNs' | 'p99Ns') => ({
      name,
      product: { label: 'replica.check', unit: 'µs', values: rounds.product.map((round) => round[what] / 1000) },
      baseline: { label: 'Map.get', unit: 'µs', values: rounds.baseline.map((round) => round[what] / 1000) },
    })
    return {
      comparisons: [
        {
          ...comparison('mean of a check', 'meanNs'),
          aims: [
            { of: 'product', atMost: 5 },
            { of: 'ratio', atMost: 5 },
          ],
        },
        {
          ...comparison('p99 of a check, the clock read around it included', 'p99Ns'),
          aims: [{ of: 'product', atMost: 5 }],
        },
      ],
      information: [],
      setting: [
        `${users} users asked in an order that jumps, ${lockedUsers} of them with a locked session (${rounds.product[0]?.hits} of ${checksPerRound} checks met a lock)`,
        'the replica is connected by WebSocket to a guard in this process and pinged four times a second; each check reads two clocks to know its age',
        'the real session-guard takes no part: a check does not leave the process',
      ],
    }
  },
}

/** Means over slices of one turn each, so that the pongs come through; single calls are timed apart from them. */
function measure(work: (index: number) => boolean): () => Promise<Measured> {
  return async () => {
    let elapsedMs = 0
    let hits = 0
    const singles: number[] = []
    for (let done = 0; done < checksPerRound; done += slice) {
      const began = performance.now()
      for (let index = done; index < done + slice; index += 1) if (work((index * 7919) % users)) hits += 1
      elapsedMs += performance.now() - began
      for (let index = done; index < done + 2_000; index += 1) {
        const before = process.hrtime.bigint()
        work((index * 7919) % users)
        singles.push(Number(process.hrtime.bigint() - before))
      }
      await nextTurn()
    }
    return { meanNs: (elapsedMs * 1e6) / checksPerRound, p99Ns: quantile(singles, 0.99), hits }
  }
}
