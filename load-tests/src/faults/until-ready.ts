import { type Cluster, serviceNames } from '@watchword/tools/cluster'
import { eventually } from '../campaign/eventually.ts'

const answersWithinMs = 2_000

/** Whether every process of the cluster says that it is ready, all at once, before the time is over. */
export async function becomesReady(cluster: Pick<Cluster, 'members'>, withinMs: number): Promise<boolean> {
  const ready = await eventually(async () => {
    // Asked for each time: who has just come up has another address.
    const urls = serviceNames.flatMap((service) => cluster.members(service).map(({ url }) => url))
    const answers = await Promise.all(urls.map(isReady))
    return answers.every(Boolean) ? true : undefined
  }, withinMs)
  return ready ?? false
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answersWithinMs) })).ok
  } catch {
    // Nobody is there now.
    return false
  }
}
