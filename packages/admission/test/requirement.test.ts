import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirementOf, type SecondFactorRule } from '@watchword/admission'

const nobody = { user: null, group: null, app: null }
const required = { require: true, expiresAt: null } as const
const waived = { require: false, owner: 'it-sec', reason: 'no phone yet', expiresAt: 2_000 } as const

const tenant: SecondFactorRule = { ...nobody, ...required }
const app: SecondFactorRule = { ...nobody, app: 'vpn', ...waived }
const group: SecondFactorRule = { ...nobody, group: 'admins', ...required }
const user: SecondFactorRule = { ...nobody, user: 'alice', ...waived }
const all = [tenant, app, group, user]

test('the most specific level decides: user over group over app over tenant', () => {
  const of = (rules: readonly SecondFactorRule[]) =>
    requirementOf(rules, { user: 'alice', groups: ['admins'], app: 'vpn', names: 'exact' }, 1_000)
  assert.deepEqual(of(all), {
    status: 'waived',
    level: 'user',
    owner: 'it-sec',
    reason: 'no phone yet',
    expiresAt: 2_000,
  })
  assert.deepEqual(of([tenant, app, group]), { status: 'required', level: 'group' })
  assert.partialDeepStrictEqual(of([tenant, app]), { status: 'waived', level: 'app' })
  assert.deepEqual(of([tenant]), { status: 'required', level: 'tenant' })
  assert.deepEqual(of([]), { status: 'off' })
})

test('a rule is about whom it names', () => {
  assert.deepEqual(requirementOf(all, { user: 'bob', groups: [], app: 'wiki', names: 'exact' }, 1_000), {
    status: 'required',
    level: 'tenant',
  })
  assert.deepEqual(requirementOf([user, group, app], { user: 'bob', groups: [], app: 'wiki', names: 'exact' }, 1_000), {
    status: 'off',
  })
})

test('an exception that has expired says nothing any more', () => {
  const of = (now: number) => requirementOf(all, { user: 'alice', groups: [], app: 'wiki', names: 'exact' }, now)
  assert.equal(of(1_999).status, 'waived')
  assert.deepEqual(of(2_000), { status: 'required', level: 'tenant' })
})

test('of two groups the one that requires wins', () => {
  const letOff: SecondFactorRule = { ...nobody, group: 'interns', ...waived }
  const subject = { user: 'bob', groups: ['interns', 'admins'], app: 'wiki', names: 'exact' } as const
  assert.deepEqual(requirementOf([letOff, group], subject, 1_000), { status: 'required', level: 'group' })
})

test('whose groups nobody has said is in every group that requires, and in none that is let off', () => {
  const letOff: SecondFactorRule = { ...nobody, group: 'interns', ...waived }
  const subject = { user: 'bob', groups: null, app: 'wiki', names: 'exact' } as const
  assert.deepEqual(requirementOf([group, letOff], subject, 1_000), { status: 'required', level: 'group' })
  assert.deepEqual(requirementOf([tenant, letOff], subject, 1_000), { status: 'required', level: 'tenant' })
})

test('a rule names somebody as the tenant reads names', () => {
  const of = (names: 'exact' | 'case-mapped') =>
    requirementOf(
      [{ ...nobody, user: 'Alice', ...waived }, tenant],
      { user: 'alice', groups: [], app: 'wiki', names },
      1_000,
    )
  assert.equal(of('case-mapped').status, 'waived')
  assert.equal(of('exact').status, 'required')
})
