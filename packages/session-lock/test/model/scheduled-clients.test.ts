import { test } from 'node:test'
import { given } from '@watchword/decider/testing'
import fc from 'fast-check'
import { type FactorKind, sessionLock } from '../../src/index.ts'
import { addTotp, confirm } from '../lock-commands.ts'
import { clients } from './clients.ts'
import { createLockModel } from './lock-model.ts'
import { createLockSystem } from './lock-system.ts'

const factors = new Map<string, FactorKind>([
  ['totp-1', 'totp'],
  ['key-1', 'webauthn'],
  ['codes', 'recovery-code'],
])

/** A user with an authenticator app, a passkey and recovery codes. */
const owner = given(sessionLock).and(
  addTotp(1),
  confirm(2),
  addTotp(3, { factor: 'key-1', kind: 'webauthn', ticket: false }),
  addTotp(4, { factor: 'codes', kind: 'recovery-code', ticket: false }),
).state

test('in every order in which owner, thief, scorer, operator, timers and sign-outs act at once, nothing opens unearned and nothing earned is kept out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.commands(clients, { maxCommands: 40, size: 'max' }),
      async (scheduler, acts) => {
        const model = createLockModel(factors)
        const real = createLockSystem(scheduler, owner, model)
        await fc.scheduledModelRun(scheduler, () => ({ model, real }), acts)
        await real.finished()
      },
    ),
    { numRuns: 150 },
  )
})
