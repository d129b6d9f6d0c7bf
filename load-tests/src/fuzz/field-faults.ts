import type { FuzzCase } from './fuzz-case.ts'

/** One field that a refusal names, and what it says of it. */
export type NamedFault = Readonly<{ pointer: string; detail?: string }>

/** Fields that become wrong when another one beside them is changed. */
const dependents: ReadonlyMap<string, readonly string[]> = new Map([
  // An activity needs an outcome or a signal by its type.
  ['type', ['outcome', 'signal']],
  // Of a policy: cuts are for one profile only, and one must be above the other; a time belongs to one mode.
  ['profile', ['cuts']],
  ['medium', ['high']],
  ['mode', ['ttl']],
])

/** What is wrong with the fields that a refusal names, by what was changed in a sound request. */
export function fieldFaults(
  { kind, changed }: Pick<FuzzCase, 'kind' | 'changed'>,
  named: readonly NamedFault[],
): readonly string[] {
  if (changed === undefined) return []
  if (changed.length === 0) return ['refuses a sound request as malformed or invalid']
  // An address that cannot be decoded is wrong as a whole.
  if (named.length === 0) return kind === 'path' ? [] : ['names no field']
  const places = changed.flatMap((pointer) => [pointer, ...dependentsOf(pointer)])
  const concerned = named.filter(({ pointer }) => places.some((place) => concerns(pointer, place)))
  if (concerned.length === 0) return isTooDeep(named) ? [] : ['names no field that was changed']
  // A body of several forms tells of itself as well.
  return named.every((fault) => fault.pointer === '' || concerned.includes(fault))
    ? []
    : ['names a field that was not changed']
}

/** What nests too deep for a parser has no fields yet. */
function isTooDeep(named: readonly NamedFault[]): boolean {
  return named.every(({ pointer, detail }) => pointer === '' && detail === 'is nested too deep')
}

function dependentsOf(pointer: string): readonly string[] {
  const slash = pointer.lastIndexOf('/')
  return (dependents.get(pointer.slice(slash + 1)) ?? []).map((name) => `${pointer.slice(0, slash)}/${name}`)
}

/** Whether a fault at `pointer` may come of a change at `place`: there, within it, or of what holds it. */
function concerns(pointer: string, place: string): boolean {
  return place === pointer || pointer.startsWith(`${place}/`) || (pointer !== '' && place.startsWith(`${pointer}/`))
}
