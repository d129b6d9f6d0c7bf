import type { ApiClient } from '../campaign/api-client.ts'

/** How long each kind of call had no success, at the longest, while there was load; information: nothing is promised of it. */
export interface Availability {
  /** The same client, watched. */
  watch(api: ApiClient): ApiClient
  /** The load begins, or goes on. */
  resume(): void
  /** The load rests. */
  suspend(): void
  /** Milliseconds, by the kind of call. */
  longestMs(): ReadonlyMap<string, number>
}

const kinds: readonly (readonly [kind: string, path: RegExp])[] = [
  ['activities', /^\/v1\/activities$/],
  ['operators', /\/(?:lock|unlock)$|^\/v1\/sessions\//],
  ['status', /\/status\b/],
  ['check', /^\/v1\/check$/],
  ['second factors', /\/(?:totp|confirm|challenges|responses)$/],
]

/** Watches nothing before `resume`; `now` answers milliseconds. */
export function createAvailability(now: () => number): Availability {
  const longest = new Map(kinds.map(([kind]) => [kind, 0]))
  const lastAt = new Map<string, number>()

  function note(kind: string): void {
    const last = lastAt.get(kind)
    if (last === undefined) return
    longest.set(kind, Math.max(longest.get(kind) ?? 0, now() - last))
    lastAt.set(kind, now())
  }

  return {
    watch: (api) => ({
      ...api,
      async call(call) {
        const outcome = await api.call(call)
        const kind = kinds.find(([, path]) => path.test(call.path.split('?', 1)[0] ?? ''))?.[0]
        if (kind !== undefined && !outcome.cut && outcome.status < 300) note(kind)
        return outcome
      },
    }),
    resume() {
      for (const [kind] of kinds) lastAt.set(kind, now())
    },
    suspend() {
      for (const [kind] of kinds) note(kind)
      lastAt.clear()
    },
    longestMs: () => longest,
  }
}
