import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'

/** The value of a text, or what keeps it from being read. */
export type ReadYaml = Readonly<{ value: unknown }> | Readonly<{ fault: string }>

// The parser's time grows with the text, and it reads on the event loop: 64 KiB of nothing but mistakes take a second.
const lengthMax = 64 * 1024

/** Reads YAML or JSON text of at most 65 536 characters. */
export function readYaml(text: string): ReadYaml {
  if (text.length > lengthMax) return { fault: `is longer than ${lengthMax} characters` }
  const lines = new LineCounter()
  // Its own search for repeated keys compares each with each: half a megabyte of keys took ten seconds.
  const document = parseDocument(text, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  })
  // The parser calls itself for each level, and gives up where it has no more room.
  if (document.errors[0]?.code === 'RESOURCE_EXHAUSTION') return { fault: 'is nested too deep' }
  const at = document.errors[0]?.pos[0] ?? repeatedKey(document)
  if (at !== undefined) {
    const { line, col } = lines.linePos(at)
    return { fault: `is not valid YAML or JSON at line ${line}, column ${col}` }
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) }
  } catch {
    return { fault: 'is not valid YAML or JSON: it refers to what it does not define, or too often' }
  }
}

/** Where the first key stands that its mapping already has. */
function repeatedKey(document: Document.Parsed): number | undefined {
  let at: number | undefined
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        // What they are as names of properties decides: 1 and "1" are one.
        const name = String(key.value)
        if (seen.has(name)) {
          at = key.range?.[0] ?? 0
          return visit.BREAK
        }
        seen.add(name)
      }
      return undefined
    },
  })
  return at
}
