import type { ActivityResult, Assessment } from './activity.ts'
import { WatchwordError } from './watchword-error.ts'

/** The result of one activity that was judged, or not yet. */
export type JudgedResult = ActivityResult & { readonly assessment?: Assessment }

const statuses: readonly unknown[] = ['accepted', 'duplicate', 'rejected']

/** Reads the answer of ingest: one result for each activity sent, in order; throws `invalid-response` otherwise. */
export const readIngestAnswer = (body: unknown, sent: readonly { readonly id: string }[]): readonly JudgedResult[] => {
  const results = (body as { results?: unknown } | undefined)?.results
  if (!Array.isArray(results) || results.length !== sent.length) throw mismatch()
  return results.map((result: unknown, index) => {
    const item = result as Partial<JudgedResult> | null
    const id = sent[index]?.id
    // A rejected activity may come back without the id it could not be read from.
    if (typeof item !== 'object' || item === null || !statuses.includes(item.status)) throw mismatch()
    if (item.id !== id && item.status !== 'rejected') throw mismatch()
    return { ...item, id } as JudgedResult
  })
}

const mismatch = (): WatchwordError =>
  new WatchwordError('invalid-response', 'the answer does not name the activities that were sent')
