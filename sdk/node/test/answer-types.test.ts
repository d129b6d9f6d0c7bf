import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityResult, Answers, Assessment, Lock, Problem, UserStatus } from '../src/index.ts'

type Result = Answers['POST /v1/activities']['results'][number]
type Status = Answers['GET /v1/users/{user}/status']

// What the SDK writes down by hand, since it checks it or adds to it, takes all that is documented: held by the compiler.
const assessmentOf = (answered: NonNullable<Result['assessment']>): Assessment => answered
const resultOf = (answered: Result & { readonly id: string }): ActivityResult => answered
const problemOf = (answered: NonNullable<Result['problem']>): Problem => answered
const statusOf = (answered: Status): UserStatus => answered
const lockOf = (answered: NonNullable<Status['lock']>): Lock => answered

test('the types of the SDK take the answers that are documented', () => {
  const lock = {
    id: 'l',
    version: 1,
    scope: 'user',
    level: '',
    reasonUser: {},
    factors: [],
    by: 'risk',
    since: '',
    challengeUri: '',
  } as const
  const status = { user: 'alice', mfaVerified: false, locked: true, lock, sessionState: 'locked', asOf: '' } as const
  assert.equal(statusOf(status).lock?.id, lockOf(lock).id)
  const problem = { type: '/problems/invalid', title: '', status: 422, code: 'invalid' } as const
  assert.equal(resultOf({ id: 'a', status: 'rejected', problem }).problem?.code, problemOf(problem).code)
  assert.equal(typeof assessmentOf, 'function')
})
