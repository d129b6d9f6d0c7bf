import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { freePort } from '@watchword/service-kit'
import fc from 'fast-check'
import { createAddressGuard, loopback } from '../outbound/address-guard.ts'
import { collectorCertificate } from '../testing/collector.ts'
import { hostile } from '../testing/hostile-raised.ts'
import { readCef } from '../testing/read-cef.ts'
import { startRsyslog } from '../testing/rsyslog.ts'
import { cefEvent } from './cef-event.ts'
import { ecsEvent } from './ecs-event.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { plainJson } from './plain-text.ts'
import { createSiemChannel } from './siem-channel.ts'

const ports = { tcp: await freePort(), tls: await freePort() }
const rsyslog = await startRsyslog(ports)
after(() => rsyslog.stop())

const signal = new AbortController().signal
const formats = ['ocsf', 'ecs', 'cef'] as const
/** Its seed is printed by a failure of the test; a run is the same again with it. */
const seed = 20_261_126
const notifications = fc.sample(hostile, { numRuns: 150, seed })

describe('rsyslog', () => {
  for (const [way, port] of Object.entries(ports))
    for (const format of formats)
      test(`reads every message of ${format} over ${way}, one for one, whatever is in its fields`, async () => {
        const common = { id: 'siem', tenant: 'demo', host: 'localhost', port, format }
        const secured = way === 'tls' ? { tls: true, ca: collectorCertificate } : { tls: false }
        const channel = createSiemChannel({ ...common, ...secured }, { guard: createAddressGuard(loopback) })
        const before = rsyslog.messages().length
        for (const raised of notifications)
          assert.deepEqual(await channel.deliver(raised, signal), { outcome: 'delivered', detail: 'sent' })
        await rsyslog.hasWritten(before + notifications.length)
        const read = rsyslog.messages().slice(before)
        assert.equal(read.length, notifications.length)
        for (const message of read) assert.deepEqual({ ...message, ...head }, message)
        // Connections are read side by side.
        const texts = read.map(({ msg }) => msg.replace(/^\uFEFF/, '')).toSorted()
        assert.deepEqual(texts.map(meaningOf), sentTexts(format).toSorted().map(meaningOf))
      })
})

/** What all have before their text. */
const head = {
  pri: '84',
  version: '1',
  time: '2026-11-26T10:00:00.000Z',
  app: 'watchword',
  procid: '-',
  msgid: 'access-denied',
  data: '-',
}

function sentTexts(format: (typeof formats)[number]): readonly string[] {
  return notifications.map((raised) =>
    format === 'cef' ? cefEvent(raised) : plainJson(format === 'ocsf' ? ocsfEvent(raised) : ecsEvent(raised)),
  )
}

function meaningOf(text: string): unknown {
  return text.startsWith('CEF:') ? readCef(text) : (JSON.parse(text) as unknown)
}
