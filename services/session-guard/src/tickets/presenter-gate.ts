import { createGate, type Gate } from '@watchword/service-kit'
import type { Admission, Callers, Presented } from './callers.ts'

/** The gate of a route that backends call by their key and pages by a ticket or a capability. */
export function presenterGate(callers: Pick<Callers, 'present'>, admission: Admission): Gate<Presented> {
  const { scopes, purposes } = admission
  const security = [
    ...scopes.map((scope) => ({ key: [scope] })),
    ...purposes.flatMap((purpose) => [{ ticket: [purpose] }, { capability: [purpose] }]),
  ]
  return createGate(security, (request) => callers.present(request, admission))
}

/** The header of every answer to a page that used a ticket. */
export const capabilityAnswer = {
  'X-Watchword-Capability': 'To the call that used a ticket: for the calls that follow, in the place of the ticket.',
}
