import type { ApiClient } from '../campaign/api-client.ts'
import { change } from '../load/change.ts'

/** A client that repeats what had no answer as the same request, so that each use is answered in the end, and counts once. `nextNumber` answers one that no other request has. */
export function repeating(api: ApiClient, nextNumber: () => number): ApiClient {
  const deps = { api, stopping: () => false, nextNumber }
  return {
    call: (call) => (call.method === 'GET' ? api.call(call) : change(deps, call)),
    close: () => api.close(),
  }
}
