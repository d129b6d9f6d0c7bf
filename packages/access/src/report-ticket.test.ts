import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mintReportTicket, type ReportClaims, reportKeyBytes, verifyReportTicket } from './report-ticket.ts'

const key = Buffer.alloc(reportKeyBytes, 1)
const other = Buffer.alloc(reportKeyBytes, 2)
const claims: ReportClaims = {
  tenant: 'demo',
  app: 'bank',
  user: 'alice',
  assessment: 'a-3-1201-0',
  jti: 'n-a-3-1201',
  exp: 1_800_000_000,
}
const good = claims.exp * 1_000

function minted(from: Partial<ReportClaims> = {}): string {
  const ticket = mintReportTicket(key, { ...claims, ...from })
  assert.ok(ticket !== undefined)
  return ticket
}

describe('a report ticket', () => {
  test('says what was signed, whatever the names are, and is a link as it is', () => {
    const name = fc.string({ unit: 'binary', maxLength: 64 })
    fc.assert(
      fc.property(name, name, name, (user, assessment, jti) => {
        const ticket = minted({ user, assessment, jti })
        assert.match(ticket, /^[A-Za-z0-9_.-]+$/)
        assert.deepEqual(verifyReportTicket([other, key], ticket, good), {
          ok: true,
          claims: { ...claims, user, assessment, jti },
        })
        assert.equal(minted({ user, assessment, jti }), ticket, 'every copy of a mail has the same')
      }),
    )
  })

  test('is good until the end of its last second, and expired from then on', () => {
    const ticket = minted()
    assert.equal(verifyReportTicket([key], ticket, good + 999).ok, true)
    assert.deepEqual(verifyReportTicket([key], ticket, good + 1_000), { ok: false, why: 'expired' })
  })

  test('is nothing with any of its characters changed, dropped or added, or under another key', () => {
    const ticket = minted()
    const changed = Array.from(ticket, (character, at) => [
      ticket.slice(0, at) + (character === 'A' ? 'B' : 'A') + ticket.slice(at + 1),
      ticket.slice(0, at) + ticket.slice(at + 1),
      `${ticket.slice(0, at)}A${ticket.slice(at)}`,
    ]).flat()
    // Where the very same text came out nothing was changed.
    for (const text of [...changed, `${ticket}A`, '', 'wwp_.', 'x'.repeat(1e6)].filter((text) => text !== ticket))
      assert.deepEqual(verifyReportTicket([key], text, good), { ok: false, why: 'not-ours' })
    assert.deepEqual(verifyReportTicket([other], ticket, good), { ok: false, why: 'not-ours' })
    assert.deepEqual(verifyReportTicket([], ticket, good), { ok: false, why: 'not-ours' })
  })

  test('is not made where it would be too long for a link', () => {
    assert.equal(mintReportTicket(key, { ...claims, user: 'u'.repeat(2_000) }), undefined)
  })
})
