/** What is known of the routes, to tell "no such path" from "no such method here". */
export type RouteMethods = {
  readonly add: (pattern: string, method: string | readonly string[]) => void
  /** The methods some route takes at this address, sorted; none if no route matches. */
  readonly allowedAt: (url: string) => readonly string[]
}

/** Makes an empty table of routes; patterns are Fastify's: `:name` is a segment, `*` the rest. */
export function createRouteMethods(): RouteMethods {
  const methodsByPattern = new Map<string, { matches: RegExp; methods: Set<string> }>()
  return {
    add: (pattern, method) => {
      const entry = methodsByPattern.get(pattern) ?? { matches: expressionOf(pattern), methods: new Set<string>() }
      for (const name of typeof method === 'string' ? [method] : method) entry.methods.add(name)
      methodsByPattern.set(pattern, entry)
    },
    allowedAt: (url) => {
      const path = url.split(/[?#]/, 1)[0] ?? ''
      const found = [...methodsByPattern.values()].filter(({ matches }) => matches.test(path))
      return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted()
    },
  }
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((segment) => (segment === '*' ? '.*' : segment.startsWith(':') ? '[^/]+' : RegExp.escape(segment)))
    .join('/')
  return new RegExp(`^${source}$`)
}
