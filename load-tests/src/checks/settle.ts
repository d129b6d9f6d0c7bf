import { userKey } from '@watchword/contracts'
import { topicCatalogue, topicOf } from '@watchword/contracts'
import { partitionOf } from '@watchword/event-log'
import { ofUser } from '../campaign/api-client.ts'
import { eventually, forEachWide } from '../campaign/eventually.ts'
import type { LoadDeps } from '../load/load.ts'

const settledWithinMs = 60_000

/** Waits until every stage has folded all that was sent: one user of each partition is judged, then answered by the lock stage. */
export async function settle(deps: Pick<LoadDeps, 'api' | 'ledger' | 'nextNumber' | 'verdicts'>): Promise<void> {
  const partitions = topicCatalogue.find((topic) => topic.name === topicOf('activity'))?.partitions ?? 1
  await forEachWide(oneUserEach(partitions), partitions, async (user) => {
    const settled = await eventually(async () => {
      const id = `fence-${deps.nextNumber()}`
      deps.ledger.sending(id, user)
      const outcome = await deps.api.call({
        method: 'POST',
        path: '/v1/activities',
        body: { id, user, type: 'context' },
        headers: { prefer: 'wait=10' },
      })
      if (outcome.cut || outcome.status > 202) return undefined
      deps.ledger.acknowledged(id)
      return outcome.status === 200 ? true : undefined
    }, settledWithinMs)
    const answered = await eventually(async () => {
      const body = { reason: 'fence', lock: 'l-none' }
      const outcome = await deps.api.call({ method: 'POST', path: ofUser(user, 'unlock'), body })
      return !outcome.cut && outcome.status === 200 ? true : undefined
    }, settledWithinMs)
    deps.verdicts.expect('every partition is folded to its end', settled === true && answered === true, () => user)
  })
}

/** Users whose keys fall into partition 0, 1, 2 and so on. */
function oneUserEach(partitions: number): readonly string[] {
  const users = new Map<number, string>()
  for (let number = 0; users.size < partitions; number++) {
    const user = `fence-${number}`
    const partition = partitionOf(userKey('demo', user), partitions)
    if (!users.has(partition)) users.set(partition, user)
  }
  return [...users.values()]
}
