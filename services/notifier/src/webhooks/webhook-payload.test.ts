import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sampleRaised } from '../testing/sample-raised.ts'
import { webhookPayload } from './webhook-payload.ts'

const page = readFileSync(new URL('../../../../docs/how-to/notify-people-and-machines.md', import.meta.url), 'utf8')

test('a notification is told as docs/how-to/notify-people-and-machines.md shows it', () => {
  const [, shown = ''] = /^```json webhook\n(.*?)^```$/ms.exec(page) ?? []
  const reasonUser = { en: 'We noticed a sign-in from a new place.' }
  const facts = { type: 'login', outcome: 'succeeded' }
  const sent = webhookPayload({ ...sampleRaised, data: { ...sampleRaised.data, reasonUser, facts, similar: 0 } })
  assert.deepEqual(JSON.parse(sent), JSON.parse(shown))
})

test('a webhook is not told where it came from: address, country and user agent are for SIEMs', () => {
  const { ip, country, userAgent } = sampleRaised.data
  const sent = webhookPayload(sampleRaised)
  for (const kept of [ip, country, userAgent]) assert.ok(kept !== null && !sent.includes(kept), String(kept))
})
