import type { NotificationRecord } from '@watchword/contracts'
import { eventually } from '../campaign/eventually.ts'
import type { Verdicts } from '../campaign/verdicts.ts'

/** One notification that somebody got: the id by which a repetition is known, and what must be the same in each. */
export type Told = Readonly<{ id: string; content: string }>

export type TellingConfig = Readonly<{ by: 'webhook' | 'mail'; withinMs: number }>

/** Ids of what was raised for a tenant, and is for this audience if one is named. */
export function raisedIn(
  records: readonly (NotificationRecord | null)[],
  tenant: string,
  audience?: 'user',
): ReadonlySet<string> {
  return new Set(
    records.flatMap((record) => {
      if (record?.tenant !== tenant || record.body.type !== 'notification-raised') return []
      const { id, audience: all } = record.body.data
      return audience === undefined || all.includes(audience) ? [id] : []
    }),
  )
}

/**
 * Each of these notifications was told, or is within `withinMs`; what came twice came under one id and said the same. Answers how many were repetitions.
 */
export async function checkTold(
  { by, withinMs }: TellingConfig,
  raised: ReadonlySet<string>,
  received: () => readonly Told[],
  verdicts: Verdicts,
): Promise<number> {
  const idsToldNow = (): ReadonlySet<string> => new Set(received().map(({ id }) => id))
  await eventually(async () => (raised.isSubsetOf(idsToldNow()) ? true : undefined), withinMs)
  const told = received()
  const contents = new Map<string, Set<string>>()
  for (const { id, content } of told) contents.set(id, (contents.get(id) ?? new Set()).add(content))
  for (const id of raised)
    verdicts.expect(`every notification is told by ${by}`, contents.has(id), () => `${id} was not`)
  for (const [id, same] of contents) {
    verdicts.expect(`nobody is told by ${by} what the log does not say`, raised.has(id), () => id)
    verdicts.expect(
      `what is told again by ${by} is the same`,
      same.size === 1,
      () => `${id} came in ${same.size} forms`,
    )
  }
  return told.length - contents.size
}
