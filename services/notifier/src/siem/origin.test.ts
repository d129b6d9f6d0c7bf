import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Raised } from '../deliveries/raised.ts'
import { ocsfFaults } from '../testing/ocsf-faults.ts'
import { readCef } from '../testing/read-cef.ts'
import { sampleRaised } from '../testing/sample-raised.ts'
import { cefEvent } from './cef-event.ts'
import { ecsEvent } from './ecs-event.ts'
import { ocsfEvent } from './ocsf-event.ts'

const nowhere = { ip: null, country: null, userAgent: null }

function from(origin: Partial<Raised['data']>): Raised {
  return { ...sampleRaised, data: { ...sampleRaised.data, ...nowhere, ...origin } }
}

/** What the event says of where it came from, in each format. */
function said(origin: Partial<Raised['data']>) {
  const raised = from(origin)
  const ocsf = ocsfEvent(raised) as { evidences: readonly Readonly<Record<string, unknown>>[] }
  assert.deepEqual(ocsfFaults(ocsf), [])
  const { src_endpoint, http_request } = ocsf.evidences[0] ?? {}
  const { source, related, user_agent } = ecsEvent(raised) as Record<string, unknown>
  const { fields } = readCef(cefEvent(raised))
  const names = ['src', 'c6a2Label', 'c6a2', 'cs6Label', 'cs6', 'requestClientApplication']
  return {
    ocsf: { src_endpoint, http_request },
    ecs: { source, related, user_agent },
    cef: names.flatMap((name) => fields.get(name) ?? []),
  }
}

const none = {
  ocsf: { src_endpoint: undefined, http_request: undefined },
  ecs: { source: undefined, related: undefined, user_agent: undefined },
  cef: [],
}

describe('where the activity came from', () => {
  test('is an IPv4 address with its country and user agent, in the fields that each format has for them', () => {
    assert.deepEqual(said({ ip: '203.0.113.7', country: 'DE', userAgent: 'Mozilla/5.0 (X11)' }), {
      ocsf: {
        src_endpoint: { ip: '203.0.113.7', location: { country: 'DE' } },
        http_request: { user_agent: 'Mozilla/5.0 (X11)' },
      },
      ecs: {
        source: { address: '203.0.113.7', ip: '203.0.113.7', geo: { country_iso_code: 'DE' } },
        related: { ip: ['203.0.113.7'] },
        user_agent: { original: 'Mozilla/5.0 (X11)' },
      },
      cef: ['203.0.113.7', 'country', 'DE', 'Mozilla/5.0 (X11)'],
    })
  })

  test('is an IPv6 address, which CEF has other fields for than src', () => {
    assert.deepEqual(said({ ip: '2001:db8::7' }), {
      ocsf: { src_endpoint: { ip: '2001:db8::7' }, http_request: undefined },
      ecs: {
        source: { address: '2001:db8::7', ip: '2001:db8::7' },
        related: { ip: ['2001:db8::7'] },
        user_agent: undefined,
      },
      cef: ['Source IPv6 Address', '2001:db8::7'],
    })
  })

  test('is left out where it is not known', () => {
    assert.deepEqual(said({}), none)
  })

  test('is left out where it is no address: a collector refuses a whole event for it', () => {
    for (const ip of ['', '203.0.113.7 suser=root', '203.0.113.7\n', '203.0.113', 'fe80::1%eth0', '[::1]', '::1|'])
      assert.deepEqual(said({ ip }), none, ip)
  })

  test('is a country alone where the app says no address: in ECS and CEF, for OCSF has no endpoint without a name', () => {
    const { ocsf, ecs, cef } = said({ country: 'DE' })
    assert.deepEqual(ocsf, none.ocsf)
    assert.deepEqual(ecs.source, { geo: { country_iso_code: 'DE' } })
    assert.deepEqual(cef, ['country', 'DE'])
  })

  test('ends no field of CEF and begins none, whatever a user agent says', () => {
    const { cef } = said({ userAgent: 'curl/8 src=10.0.0.1|x\\ suser=root\n' })
    assert.deepEqual(cef, [String.raw`curl/8 src\=10.0.0.1|x\\ suser\=root `])
  })
})
