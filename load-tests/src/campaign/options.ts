import { parseArgs } from 'node:util'

/** Reads `--name N` options that hold whole numbers; without a seed one is made from `now`. Throws on anything else. */
export function readOptions<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
  now: number,
): Readonly<Record<Name | 'seed', number>> {
  const names = [...Object.keys(defaults), 'seed']
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' } as const])),
  })
  const read: Record<string, number> = { ...defaults, seed: now % 1_000_000_007 }
  for (const [name, text] of Object.entries(values)) {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name} must be a whole number`)
    read[name] = value
  }
  return read as Record<Name | 'seed', number>
}
