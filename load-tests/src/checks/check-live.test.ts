import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ApiClient } from '../campaign/api-client.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { createLedger, type Ledger, wholeUser } from '../load/ledger.ts'
import { checkUsers } from './check-live.ts'

type Status = Readonly<{ locked: boolean; mfaVerified: boolean; sessionState: string }>

const locked: Status = { locked: true, mfaVerified: false, sessionState: 'locked' }
const open: Status = { locked: false, mfaVerified: true, sessionState: 'active' }

/** A platform that answers so for these sessions of everybody, and that all others are open. */
function platformOf(sessions: Readonly<Record<string, Status>>): ApiClient {
  return {
    async call({ method, path }) {
      const session = new URL(path, 'http://platform').searchParams.get('session') ?? ''
      return { cut: false, status: 200, headers: {}, body: method === 'GET' ? (sessions[session] ?? open) : {} }
    },
    close: () => undefined,
  }
}

async function failing(
  sessions: Readonly<Record<string, Status>>,
  tell: (ledger: Ledger) => void,
): Promise<readonly string[]> {
  const ledger = createLedger()
  tell(ledger)
  const verdicts = createVerdicts()
  await checkUsers({ api: platformOf(sessions), ledger, verdicts, answersWithinMs: 0 }, ledger.users)
  return verdicts.lines().flatMap((line) => /^ {2}(.*): \d+ held, [1-9]\d* failed$/.exec(line)?.[1] ?? [])
}

const lock = (session: string) => (ledger: Ledger) => ledger.locked('alice', session, 'acknowledged', `l-${session}`)

describe('the checks of a running platform', () => {
  it('find nothing where it answers what was acknowledged', async () => {
    assert.deepEqual(await failing({ 's-1': locked }, lock('s-1')), [])
    const unlocked = (ledger: Ledger): void => {
      lock('s-1')(ledger)
      ledger.unlockedAll('alice', 'acknowledged')
    }
    assert.deepEqual(await failing({}, unlocked), [])
  })

  it('find a lock that is lost, of a session or of the whole user', async () => {
    assert.deepEqual(await failing({}, lock('s-1')), ['a check sees what was acknowledged'])
    assert.deepEqual(await failing({}, lock(wholeUser)), ['a check sees what was acknowledged'])
  })

  it('find a locked session that counts as verified, and an ended one that came back', async () => {
    assert.deepEqual(await failing({ 's-1': { ...locked, mfaVerified: true } }, lock('s-1')), [
      'a locked session is never verified',
    ])
    const end = (ledger: Ledger): void => ledger.ended('alice', 's-1', 'acknowledged')
    const ended: Status = { locked: false, mfaVerified: false, sessionState: 'ended' }
    assert.deepEqual(await failing({ 's-1': ended }, end), [])
    assert.deepEqual(await failing({}, end), ['an ended session stays ended for a check'])
  })

  it('take either for a call that had no answer, and hold the platform to what it said then', async () => {
    const cut = (ledger: Ledger): void => ledger.locked('alice', 's-1', 'cut')
    assert.deepEqual(await failing({ 's-1': locked }, cut), [])
    assert.deepEqual(await failing({}, cut), [])
    const seen = (ledger: Ledger): void => {
      cut(ledger)
      ledger.seen('alice', 's-1', true)
    }
    assert.deepEqual(await failing({}, seen), ['a check sees what was acknowledged'])
  })
})
