const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/** ISO 3166-1 alpha-2 codes by the English names that ICU has for them. */
const codes: ReadonlyMap<string, string> = new Map(
  letters.flatMap((first) =>
    letters.flatMap((second) => {
      const name = names.of(first + second)
      return name === undefined ? [] : [[name.toLowerCase(), first + second] as const]
    }),
  ),
)

/** The code of a country by its English name, or the code itself; undefined for what is neither. */
export function countryCode(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  return /^[A-Z]{2}$/.test(name) ? name : codes.get(name.trim().toLowerCase())
}
