/** What a stage said last, by where it said it and which partition it had read. */
const said = new Map<string, Readonly<{ offset: number; index: number }>>()

/**
 * True for what was delivered before: a stage that crashed may say a thing again. `source` is the header `ww-source`,
 * `<stage>/<input partition>/<input offset>/<index>`; within one partition of the topic it only goes up, repeats apart.
 * Kept in memory: after a restart, what was handled and not committed comes once more, so handle by `assessment`.
 */
export function isRepeat(partition: number, source: string | undefined): boolean {
  const [stage, from, offset, index] = source?.split('/') ?? []
  if (index === undefined) return false
  const name = `${partition}/${stage}/${from}`
  const [now, last] = [{ offset: Number(offset), index: Number(index) }, said.get(name)]
  if (last && (now.offset < last.offset || (now.offset === last.offset && now.index <= last.index))) return true
  said.set(name, now)
  return false
}
