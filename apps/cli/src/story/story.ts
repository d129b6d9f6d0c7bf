import { setTimeout } from 'node:timers/promises'
import { generateSync } from 'otplib'
import { alice, type Somebody, thief } from './cast.ts'
import { checkAudit } from './check-audit.ts'
import type { Answered, BankBackend, LockTold } from './bank-backend.ts'
import { openPage } from './page.ts'
import { hold, type Narrator } from './stage-directions.ts'

/** Everything that a story needs from the world. */
export type StoryDeps = Readonly<{
  bank: BankBackend
  /** Whom nobody knows yet. */
  user: string
  narrator: Narrator
  url: string
  now: () => number
  /** Between the requests of the thief, milliseconds. */
  paceMs: number
}>

const stepMs = 30_000

/** Alice becomes familiar; her session is stolen, noticed, locked and given back. Every step is asserted. */
export async function tellStory(deps: StoryDeps): Promise<void> {
  const secret = await becomeFamiliar(deps)
  const lock = await beRobbed(deps)
  await proveIdentity(deps, { secret: secret.secret, usedCode: secret.usedCode, lock })
  await goOn(deps)
}

async function becomeFamiliar({
  bank,
  narrator,
  now,
}: StoryDeps): Promise<Readonly<{ secret: string; usedCode: string }>> {
  const { step } = narrator
  await step(
    'Alice logs in for the first time; she has no second factor yet, so she is let in to enrol one',
    async () => {
      const judged = await bank.login(alice, 's-1')
      hold(judged.decision === 'allow', `the decision is ${judged.decision}`)
      return judged
    },
  )
  const enrolled = await step(
    'She enrols a TOTP authenticator',
    async () => bank.enrol(),
    ({ factor }) => `factor ${factor}`,
  )
  // The code of the step before: the present one stays unused, so nobody has to wait half a minute later.
  const usedCode = codeAt(enrolled.secret, now() - stepMs)
  await step('Her first code confirms it, and vouches for this login', async () =>
    bank.confirm(enrolled.factor, usedCode, 's-1', contextOf(alice)),
  )
  for (const session of ['s-2', 's-3'])
    await step(
      `She logs in again (${session}) and is not asked for anything`,
      async () => {
        const judged = await bank.login(alice, session)
        hold(
          judged.level === 'LOW' && judged.decision === 'allow',
          `${judged.level}, ${judged.decision}: ${judged.reasonAdmin}`,
        )
        return judged
      },
      ({ score, level }) => `score ${score}, ${level}`,
    )
  return { secret: enrolled.secret, usedCode }
}

async function beRobbed({ bank, user, narrator, url, paceMs }: StoryDeps): Promise<LockTold> {
  const { step } = narrator
  const page = await step('Her page is open and subscribed, with a one-use ticket', async () => {
    const opened = await openPage(url, await bank.ticket('subscribe', 's-3'), user)
    const state = await opened.told('state')
    hold(state['mfaVerified'] === true, 'the first state says that she is not verified')
    return opened
  })
  try {
    await step(
      'Somebody uses a copy of her cookies from Brazil: before a third request passes, the session is locked',
      async () => {
        let admitted = 0
        while ((await bank.serve(thief, 's-3')) === 'admitted') {
          hold(++admitted < 3, 'three requests of the thief were admitted')
          await setTimeout(paceMs)
        }
        return admitted
      },
      (admitted) => `${admitted} admitted, the next refused`,
    )
    const required = await step('Her page is told, without asking', async () => page.told('mfa-required'))
    return required['lock'] as LockTold
  } finally {
    page.close()
  }
}

type Proof = Readonly<{ secret: string; usedCode: string; lock: LockTold }>

async function proveIdentity({ bank, narrator, now }: StoryDeps, { secret, usedCode, lock }: Proof): Promise<void> {
  const { step } = narrator
  const challenge = await step('She is asked for her second factor', async () => bank.challenge(lock))
  const answer = (code: string): Promise<Answered> => bank.respond(challenge, code, contextOf(alice))
  await step(
    'A wrong code is refused',
    async () => {
      const wrong = wrongCode(secret, now())
      return refused(await answer(wrong))
    },
    (left) => `${left} attempts left`,
  )
  await step(
    'A code that was used before is refused',
    async () => refused(await answer(usedCode)),
    (left) => `${left} attempts left`,
  )
  await step(
    'The right code is accepted, once; the stolen session is ended, not opened',
    async () => {
      const { status, body } = await answer(codeAt(secret, now()))
      hold(status === 200, `the answer is ${status} ${body.code ?? ''}`)
      const session = body['session'] as { id: string; ended: boolean }
      hold(session.id === 's-3' && session.ended, 'the stolen session was not ended')
      hold(typeof body['mfaToken'] === 'string', 'there is no mfaToken')
      const again = await answer(codeAt(secret, now()))
      hold(again.status !== 200, 'the same code was accepted twice')
      return session
    },
    ({ id }) => `session ${id} ended`,
  )
}

async function goOn({ bank, narrator }: StoryDeps): Promise<void> {
  const { step } = narrator
  await step('She goes on in a new session', async () => {
    const judged = await bank.login(alice, 's-4')
    hold(judged.decision === 'allow', `${judged.level}, ${judged.decision}: ${judged.reasonAdmin}`)
    hold((await bank.serve(alice, 's-4')) === 'admitted', 'her new session is refused')
  })
  await step("The thief's copy stays dead", async () => {
    hold((await bank.serve(thief, 's-3')) === 'refused', 'the stolen session is admitted')
    const { sessionState } = await bank.standing('s-3')
    hold(sessionState === 'ended', `the stolen session is ${sessionState}`)
  })
  await step(
    'The thief tries again with her password on a new session: the context was not learned',
    async () => {
      const judged = await bank.login({ ...thief, device: 'd-thief' }, 's-5')
      hold(judged.level === 'HIGH' && judged.decision === 'step-up', `${judged.level}, ${judged.decision}`)
      return judged
    },
    ({ score, reasonAdmin }) => `score ${score}: ${reasonAdmin}`,
  )
  await step(
    'The audit shows all of it: each activity, its one judgement, and why',
    async () => checkAudit(bank),
    ({ items, judgements }) => `${items} items, ${judgements} judgements, each with its explanation`,
  )
}

function contextOf({ device, fingerprint, ip, userAgent }: Somebody): object {
  return { device, fingerprint, ip, userAgent }
}

function codeAt(secret: string, ms: number): string {
  return generateSync({ secret, epoch: Math.floor(ms / 1000) })
}

/** A code of none of the steps around now. */
function wrongCode(secret: string, ms: number): string {
  const near = new Set([-2, -1, 0, 1, 2].map((steps) => codeAt(secret, ms + steps * stepMs)))
  for (let candidate = 0; ; candidate++) {
    const code = String(candidate).padStart(6, '0')
    if (!near.has(code)) return code
  }
}

function refused({ status, body }: Answered): number {
  hold(status === 401 && body.code === 'verification-failed', `the answer is ${status} ${body.code ?? ''}`)
  return Number(body['attemptsLeft'])
}
