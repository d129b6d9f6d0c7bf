import { type ApiClient, told } from '../campaign/api-client.ts'
import { eventually, forEachWide } from '../campaign/eventually.ts'
import { enrolTotp } from '../single-use/person.ts'
import { batchSize } from './traffic/activities.ts'
import { type Holder, type Holders, inTurn } from './traffic/locks.ts'
import { firstLogin, peopleCount } from './traffic/people.ts'

const judgedWithinMs = 60_000

/** Makes everybody known to the scorer, and resolves when the last of them is judged. */
export async function introducePeople(api: ApiClient): Promise<void> {
  const starts = Array.from({ length: peopleCount / batchSize }, (_, index) => index * batchSize)
  await forEachWide(starts, 4, async (start) => {
    const body = Array.from({ length: batchSize }, (_, index) => firstLogin(start + index))
    await told(api, { method: 'POST', path: '/v1/activities', body }, [202])
  })
  const judged = await eventually(async () => {
    const call = { method: 'POST', path: '/v1/activities', headers: { prefer: 'wait=10' } } as const
    const answer = await api.call({ ...call, body: { ...firstLogin(0), id: undefined } })
    return !answer.cut && answer.status === 200 ? true : undefined
  }, judgedWithinMs)
  if (judged !== true) throw new Error(`nothing is judged within ${judgedWithinMs} ms of the first activities`)
}

/** Enrols an authenticator app for so many people. */
export async function enrolHolders(api: ApiClient, count: number): Promise<Holders> {
  const holders: Holder[] = []
  await forEachWide(Array(count).keys(), 8, async (number) => {
    const user = `holder-${number}`
    holders.push({ user, secret: await enrolTotp(api, user) })
  })
  return inTurn(holders)
}
