import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createCodecs, createEmbeddedRegistry, type MfaRecord, UndecodableError } from './index.ts'

const context = { device: 'd-1', fingerprint: null, network: '203.0.113.0/24', agent: null }
const record: MfaRecord = {
  tenant: 'demo',
  user: 'alice',
  receivedAt: 1_700_000_000_000,
  commandId: 'c-1',
  mac: Buffer.from('mac'),
  body: {
    type: 'verification-attempted',
    data: {
      purpose: 'unlock',
      challenge: 'ch-1',
      challengeExpiresAt: 1_700_000_300_000,
      lock: 'l-3-7',
      lockVersion: 7,
      factor: 'f-1',
      passed: true,
      step: 56_666_666,
      app: 'bank',
      session: 's-91',
      context,
      fault: null,
      backedUp: null,
    },
  },
}

describe('a codec', async () => {
  const codecs = await createCodecs(createEmbeddedRegistry())

  test('reads back what it wrote, the branch of a union and hyphenated symbols included', () => {
    assert.deepEqual(plain(codecs.mfa.decode(codecs.mfa.encode(record))), plain(record))
    const policy = {
      windowMs: 1,
      onExpiry: 'step-up',
      attemptsAllowed: 5,
      challengeTtlMs: 1,
      totpPastSteps: 1,
    } as const
    const lock = {
      type: 'operator-lock',
      data: { reason: 'r', operator: 'k', app: null, session: null, policy },
    } as const
    const other: MfaRecord = { ...record, body: lock }
    assert.deepEqual(plain(codecs.mfa.decode(codecs.mfa.encode(other))), plain(other))
  })

  test('keeps values of any length whole, whatever came before', () => {
    const written = [10, 9_000, 100_000, 10].map((length) => {
      const made = { ...record, user: 'x'.repeat(length) }
      return [made, codecs.mfa.encode(made)] as const
    })
    for (const [made, bytes] of written) assert.deepEqual(plain(codecs.mfa.decode(bytes)), plain(made))
  })

  test('writes Confluent framing: a zero byte and the id of the registered schema', () => {
    const bytes = Buffer.from(codecs.mfa.encode(record))
    assert.equal(bytes[0], 0)
    assert.equal(bytes.readUInt32BE(1), 3)
  })

  test('answers UndecodableError, and nothing else, to bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, framed) => {
        const input = framed ? Buffer.concat([Buffer.from([0, 0, 0, 0, 3]), bytes]) : bytes
        try {
          codecs.mfa.decode(input)
        } catch (error) {
          assert.ok(error instanceof UndecodableError)
        }
      }),
    )
  })
})

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
