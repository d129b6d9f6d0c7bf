import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'

/** A value of the chart with its meaning. */
export type DocumentedValue = Readonly<{ path: string; default: unknown; meaning: string }>

/**
 * Every value of a chart's `values.yaml`, in its order, with the comment `# -- …` above it. A value that is a map may have one for all of it,
 * or each below it has its own. Throws for a value without any.
 */
export function documentedValues(text: string): readonly DocumentedValue[] {
  const { contents } = parseDocument(text)
  if (!isMap(contents)) throw new TypeError('the values are not a map')
  return valuesOf(contents, [])
}

function valuesOf(map: YAMLMap, path: readonly string[]): readonly DocumentedValue[] {
  return map.items.flatMap((pair, index) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    const here = [...path, key]
    // The comment of the first key is kept with the map that it begins.
    const meaning =
      meaningOf(index === 0 && path.length > 0 ? map.commentBefore : undefined) ?? meaningOf(commentOf(pair))
    if (meaning !== undefined) return [{ path: here.join('.'), default: plain(pair.value), meaning }]
    if (isMap(pair.value) && pair.value.items.length > 0) return valuesOf(pair.value, here)
    throw new TypeError(`nothing says what ${here.join('.')} means`)
  })
}

function commentOf({ key }: Pair): string | null | undefined {
  return isScalar(key) ? key.commentBefore : undefined
}

function meaningOf(comment: string | null | undefined): string | undefined {
  const lines = (comment ?? '').split('\n').map((line) => line.trim())
  const begin = lines.findLastIndex((line) => line.startsWith('-- '))
  if (begin < 0) return undefined
  return lines.slice(begin).join(' ').slice('-- '.length).trim()
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
    ? (value.toJSON() as unknown)
    : value
}
