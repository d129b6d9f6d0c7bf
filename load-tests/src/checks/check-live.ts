import { ofUser } from '../campaign/api-client.ts'
import { eventually, forEachWide } from '../campaign/eventually.ts'
import { type Ledger, type SpentCode, wholeUser } from '../load/ledger.ts'
import type { LoadDeps } from '../load/load.ts'
import { spendAgain } from '../load/totp-load.ts'
import { totpStep } from '../campaign/totp-code.ts'

const wide = 16
const triesMax = 2
/** A session that nobody locks, so that only what is on the whole user shows. */
const neutralSession = 's-neutral'

type CheckDeps = Pick<LoadDeps, 'api' | 'ledger' | 'recorder' | 'verdicts' | 'answersWithinMs'>

/** Asks the running platform about the users, and holds its answers against the ledger. */
export async function checkUsers(deps: CheckDeps, users: Iterable<string>): Promise<void> {
  await forEachWide(users, wide, (user) => checkUser(deps, user))
}

/** Tries codes again that were accepted and are still of the present or the last time step; more wrong answers would block the user. */
export async function checkSpentCodes(
  deps: LoadDeps,
  codesMax: number,
  triesOf: Map<SpentCode, number>,
): Promise<void> {
  const oldest = totpStep(Date.now()) - 1
  const fresh = deps.ledger.codes.filter(
    (code) => code.told === 'acknowledged' && code.step >= oldest && (triesOf.get(code) ?? 0) < triesMax,
  )
  await forEachWide(fresh.slice(-codesMax), wide, async (code) => {
    triesOf.set(code, (triesOf.get(code) ?? 0) + 1)
    await spendAgain(deps, code)
  })
}

async function checkUser(deps: CheckDeps, user: string): Promise<void> {
  const { ledger, verdicts } = deps
  const fenced = await fence(deps, user)
  verdicts.expect('the lock stage answers after a restart', fenced, () => user)
  if (!fenced) return
  deps.recorder?.settled(user, performance.now())
  const onUser = await statusOf(deps, user, neutralSession, ledger.lockOf(user, wholeUser) === 'yes')
  hold(deps, user, wholeUser, onUser)
  if (onUser?.locked === true) return
  for (const session of ledger.targetsOf(user))
    if (session !== wholeUser)
      hold(deps, user, session, await statusOf(deps, user, session, ledger.lockOf(user, session) === 'yes'))
  const [lastEnded] = ledger.endedOf(user).slice(-1)
  if (lastEnded === undefined || ledger.endOf(user, lastEnded) !== 'yes') return
  const status = await statusOf(deps, user, lastEnded, false)
  verdicts.expect(
    'an ended session stays ended for a check',
    status?.sessionState === 'ended' && !status.mfaVerified,
    () => {
      return `${lastEnded} of ${user}: ${JSON.stringify(status)}`
    },
  )
}

function hold({ ledger, verdicts }: CheckDeps, user: string, target: string, status: Status | undefined): void {
  if (status === undefined) return verdicts.fail('a status is known after a restart', `${target} of ${user}`)
  const expected = ledger.lockOf(user, target)
  if (ledger.endOf(user, target) !== 'no') return
  if (expected === 'either') ledger.seen(user, target, status.locked)
  else
    verdicts.expect('a check sees what was acknowledged', status.locked === (expected === 'yes'), () => {
      return `${target || 'the whole user'} of ${user}: locked ${status.locked}, expected ${expected}`
    })
  verdicts.expect(
    'a locked session is never verified',
    !(status.locked && status.mfaVerified),
    () => `${target} of ${user}`,
  )
}

/** A command that changes nothing: what was sent before it for the user is folded when it is answered. */
async function fence({ api, answersWithinMs }: CheckDeps, user: string): Promise<boolean> {
  const body = { reason: 'fence', lock: 'l-none' }
  const answered = await eventually(async () => {
    const outcome = await api.call({ method: 'POST', path: ofUser(user, 'unlock'), body })
    return !outcome.cut && outcome.status === 200 ? true : undefined
  }, answersWithinMs)
  return answered ?? false
}

type Status = Readonly<{ locked: boolean; mfaVerified: boolean; sessionState: string }>

/** The status; one that has to be locked is given the time that the scorer needs to catch up. */
async function statusOf(
  { api, answersWithinMs }: CheckDeps,
  user: string,
  session: string,
  awaitLock: boolean,
): Promise<Status | undefined> {
  let last: Status | undefined
  await eventually(async () => {
    const outcome = await api.call({ method: 'GET', path: `${ofUser(user, 'status')}?session=${session}` })
    if (outcome.cut || outcome.status !== 200) return undefined
    last = outcome.body as Status
    return last.locked || !awaitLock ? last : undefined
  }, answersWithinMs)
  return last
}

/** Users to ask about after a restart: all that the operator works on, and some of the others. */
export function sampleUsers(ledger: Ledger, always: readonly string[], others: number): readonly string[] {
  const rest = [...ledger.users].filter((user) => !always.includes(user)).slice(-others)
  return [...always, ...rest]
}
