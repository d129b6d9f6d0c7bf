import type { NotificationRecord } from '@watchword/contracts'
import { eventually } from '../campaign/eventually.ts'
import type { Verdicts } from '../campaign/verdicts.ts'

/** One request that an endpoint got. */
export type ToldRequest = Readonly<{ headers: Readonly<Record<string, unknown>>; body: string }>

export type TellingConfig = Readonly<{ tenant: string; withinMs: number }>

/**
 * Every notification of the log has reached the endpoint, or does within `withinMs`; what came twice came under one id with one body. Answers how many requests were repetitions.
 */
export async function checkTold(
  { tenant, withinMs }: TellingConfig,
  records: readonly (NotificationRecord | null)[],
  received: () => readonly ToldRequest[],
  verdicts: Verdicts,
): Promise<number> {
  const raised = new Set(
    records.flatMap((record) =>
      record?.tenant === tenant && record.body.type === 'notification-raised' ? [record.body.data.id] : [],
    ),
  )
  const idsToldNow = (): ReadonlySet<unknown> => new Set(received().map(idOf))
  await eventually(async () => (raised.isSubsetOf(idsToldNow()) ? true : undefined), withinMs)
  const told = received()
  const bodies = new Map<unknown, Set<string>>()
  for (const request of told) bodies.set(idOf(request), (bodies.get(idOf(request)) ?? new Set()).add(request.body))
  for (const id of raised) verdicts.expect('every notification is told', bodies.has(id), () => `${id} was not`)
  for (const [id, same] of bodies)
    verdicts.expect(
      'what is told again is the same',
      same.size === 1,
      () => `${String(id)} came with ${same.size} bodies`,
    )
  return told.length - bodies.size
}

function idOf({ headers }: ToldRequest): unknown {
  return headers['webhook-id']
}
