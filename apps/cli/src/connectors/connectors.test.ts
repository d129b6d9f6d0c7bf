import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { countryCode } from './country-code.ts'
import { activityOfOktaEvent } from './okta-system-log.ts'
import { readInput } from './read-input.ts'
import { vendorTime } from './reported-activity.ts'

async function read(text: string, format: 'activities' | 'rba' | 'okta') {
  return Array.fromAsync(readInput(Readable.from([text]), format))
}

describe('the connectors', () => {
  test('read the times of vendors as UTC, with a blank and up to nine decimals', () => {
    assert.equal(vendorTime('2024-05-02 18:46:21.121000000'), '2024-05-02T18:46:21.121Z')
    assert.equal(vendorTime('2020-02-03 12:43:30.772'), '2020-02-03T12:43:30.772Z')
    assert.equal(vendorTime('2024-05-02T18:46:21+02:00'), '2024-05-02T16:46:21.000Z')
    assert.equal(vendorTime('yesterday'), undefined)
  })

  test('know countries by their English names and by their codes', () => {
    assert.equal(countryCode('United States'), 'US')
    assert.equal(countryCode('germany'), 'DE')
    assert.equal(countryCode('NO'), 'NO')
    assert.equal(countryCode('Atlantis'), undefined)
  })

  test('map an Okta login whatever the case of its keys', () => {
    const event = {
      eventtype: 'user.session.start',
      actor: { alternateId: 'homer@example.com' },
      outcome: { result: 'FAILURE', reason: 'FastPass declined phishing attempt' },
      client: { ipAddress: '203.0.113.9', geographicalContext: { country: 'United States' } },
      authenticationcontext: { externalSessionId: 's-9' },
    }
    const read = activityOfOktaEvent(event, 1)
    assert.ok(read.ok)
    assert.partialDeepStrictEqual(read.activity, {
      type: 'login',
      outcome: 'failed',
      user: 'homer@example.com',
      session: 's-9',
      ip: '203.0.113.9',
      signals: ['phishing-proxy'],
      network: { country: 'US' },
    })
  })

  test('map a row of the RBA data set, and say which row cannot be one', async () => {
    const head =
      'index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,Is Account Takeover'
    const rows = await read(
      `${head}\n7,2020-02-03 12:43:30.772,42,,10.0.65.171,NO,-,-,29695,"Mozilla, x",F,O,mobile,True,False,False\n8,never,42,,,,,,,,,,,,,`,
      'rba',
    )
    assert.deepEqual(rows[0], {
      ok: true,
      activity: {
        id: 'rba-7',
        type: 'login',
        outcome: 'succeeded',
        user: '42',
        ip: '10.0.65.171',
        userAgent: 'Mozilla, x',
        time: '2020-02-03T12:43:30.772Z',
        network: { country: 'NO', asn: 29_695 },
        attributes: { attackIp: false, accountTakeover: false },
      },
    })
    assert.deepEqual(rows[1], { ok: false, line: 3, detail: 'column "Login Timestamp" is not a time' })
  })

  test('answer for every line, and never throw, whatever a file holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string())),
        fc.constantFrom('activities', 'okta'),
        async (lines, format) => {
          const flat = lines.map((line) => line.replaceAll(/[\r\n\u2028\u2029]/g, ' '))
          const results = await read(flat.join('\n'), format)
          assert.equal(results.length, flat.filter((line) => line.trim() !== '').length)
        },
      ),
      { numRuns: 50 },
    )
  })
})
