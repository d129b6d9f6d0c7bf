import { ofUser } from '../../campaign/api-client.ts'
import type { Arrival } from '../open-load.ts'
import { outcomeOf } from './outcome.ts'
import type { TrafficDeps } from './traffic.ts'

/** An app asks how somebody stands. Whoever is locked is a good answer, too. */
export function status({ api, who }: TrafficDeps): Arrival {
  return async (_, note) => {
    const of = who()
    const path = ofUser(`person-${of}`, `status?session=s-${of}`)
    note({ kind: 'status', outcome: outcomeOf(await api.call({ method: 'GET', path }), [200]) })
  }
}

/** A proxy asks about a request. */
export function check({ api, who, key }: TrafficDeps): Arrival {
  return async (_, note) => {
    const of = who()
    const headers = {
      'x-watchword-key': key,
      'x-watchword-user': `person-${of}`,
      'x-watchword-session': `s-${of}`,
      'x-original-method': 'GET',
      'x-original-uri': '/accounts',
    }
    const answer = await api.call({ method: 'GET', path: '/v1/check', headers })
    note({ kind: 'check', outcome: outcomeOf(answer, [204, 401]) })
  }
}
