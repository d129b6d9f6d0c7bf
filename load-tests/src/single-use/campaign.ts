import { type Cluster, startCluster } from '@watchword/tools/cluster'
import { type ApiClient, createApiClient } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { giveAppItsDomain } from './passkey.ts'
import { repeating } from './repeating-client.ts'
import { type ContestName, contests, raceForOneUse } from './race.ts'

export type SingleUseConfig = Readonly<{
  /** Of each thing that is good once. */
  rounds: number
  /** No more rounds are begun after so many seconds of them; 0: all are. */
  seconds: number
  /** Empty at the beginning; everything of the cluster is kept in it. */
  directory: string
  /** The first of four ports. */
  kafkaPort: number
}>

export type SingleUseDeps = Readonly<{
  random: SeededRandom
  verdicts: Verdicts
  print: (line: string) => void
  onLine: (member: string, line: string) => void
}>

const uses = 100
/** Users who are made ready while others race: a lock takes a second to be acknowledged. */
const width = 10
const timeoutMs = 20_000
const printEveryRounds = 100
/** Each round is some wrong answers, of which a tenant has no more than this in 15 minutes. */
const guesses = { WATCHWORD_GUARD_TENANT_GUESSES_MAX: '1000000' }

/** Races for everything that is good once, on two guards over a real Kafka; answers how many rounds there were of each. */
export async function runSingleUseCampaign(
  { rounds, seconds, directory, kafkaPort }: SingleUseConfig,
  { random, verdicts, print, onLine }: SingleUseDeps,
): Promise<ReadonlyMap<string, number>> {
  const env = { 'session-guard': guesses }
  const cluster = await startCluster({ directory, kafkaPort, port: 0, replicas: 2, env, say: print, onLine })
  const guards = clientsOf(cluster)
  const done = new Map<string, number>()
  let total = 0
  const onRound = (what: string): void => {
    done.set(what, (done.get(what) ?? 0) + 1)
    total += 1
    if (total % printEveryRounds === 0) print(`${total} rounds of ${uses} uses, ${verdicts.failed()} violations`)
  }
  const onLate = (what: string): void => void done.set(`${what}, too late`, (done.get(`${what}, too late`) ?? 0) + 1)
  try {
    const api = createApiClient({ url: () => cluster.url, key: () => cluster.key, timeoutMs })
    await giveAppItsDomain(api)
    api.close()
    const kinds = Object.keys(contests) as ContestName[]
    const endsAt = seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000
    const isOver = (): boolean => performance.now() >= endsAt
    const deps = { guards, prefix: 'race', verdicts, random, isOver, onRound, onLate }
    await raceForOneUse({ rounds, kinds, uses, width }, deps)
    return done
  } finally {
    for (const guard of guards) guard.close()
    await cluster.stop()
  }
}

function clientsOf(cluster: Cluster): readonly ApiClient[] {
  let numbers = 0
  return cluster.members('session-guard').map(({ url }) => {
    const api = createApiClient({ url: () => url, key: () => cluster.key, timeoutMs })
    return repeating(api, () => (numbers += 1))
  })
}
