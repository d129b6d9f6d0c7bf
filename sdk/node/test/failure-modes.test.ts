import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failureModeOf, isExempt, parseDuration, parseFailureModes } from '../src/failure-modes.ts'
import { compilePattern, matchesExactly, matchesFolded, type RoutePattern } from '../src/route-pattern.ts'

const pattern = (text: string): RoutePattern => {
  const compiled = compilePattern(text)
  assert.ok(typeof compiled !== 'string')
  return compiled
}

/** The meaning of a pattern, slow and plain: by recursion over segments, and over letters. */
const modelMatches = (
  pattern: readonly string[],
  path: readonly string[],
  any: string,
  one: (a: string, b: string) => boolean,
): boolean => {
  const [head, ...rest] = pattern
  if (head === undefined) return path.length === 0
  if (head === any)
    return path.some((_, at) => modelMatches(rest, path.slice(at), any, one)) || modelMatches(rest, [], any, one)
  return path.length > 0 && one(head, path[0] ?? '') && modelMatches(rest, path.slice(1), any, one)
}
const modelSegment = (a: string, b: string): boolean => modelMatches(a.split(''), b.split(''), '*', (x, y) => x === y)

test('patterns match what their meaning says', () => {
  const segment = fc
    .string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 })
    .filter((text) => !text.includes('**'))
  const patternOf = fc.array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 5 })
  const pathOf = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(patternOf, pathOf, (segments, path) => {
      const expected = modelMatches(segments, path, '**', modelSegment)
      assert.equal(matchesExactly(pattern(`/${segments.join('/')}`), path), expected)
      const shouted = path.map((part) => part.toUpperCase())
      assert.equal(matchesFolded(pattern(`/${segments.join('/')}`), shouted), expected)
    }),
    { numRuns: 2_000 },
  )
})

const { rules } = parseFailureModes([
  { path: '/transfers/**', mode: 'closed' },
  { path: '/reports/*', mode: 'last-known', ttl: 'PT5S' },
  { path: '/**', mode: 'open' },
])
const exempt = [pattern('/public/**'), pattern('/health')]

test('the first rule that matches counts, and no rule means closed', () => {
  assert.deepEqual(failureModeOf(rules, '/transfers'), { mode: 'closed' })
  assert.deepEqual(failureModeOf(rules, '/transfers/1/confirm?x=/public'), { mode: 'closed' })
  assert.deepEqual(failureModeOf(rules, '/reports/7'), { mode: 'last-known', ttlMs: 5_000 })
  assert.deepEqual(failureModeOf(rules, '/reports/7/8'), { mode: 'open' })
  assert.deepEqual(failureModeOf(rules, '/'), { mode: 'open' })
  assert.deepEqual(failureModeOf(rules, '/b%C3%BCro/7%20a'), { mode: 'open' })
  assert.deepEqual(failureModeOf([], '/'), { mode: 'closed' })
  assert.deepEqual(failureModeOf(parseFailureModes([{ path: '/', mode: 'open' }]).rules, '/?a=1'), { mode: 'open' })
})

for (const target of [
  '//transfers/1',
  '/transfers//1',
  '/public/../transfers/1',
  '/public/%2e%2e/transfers/1',
  '/public/.%2E/transfers/1',
  '/public%2f..%2ftransfers/1',
  '/public/%252e%252e/transfers',
  '/./transfers/1',
  '/TRANSFERS/1',
  '/Transfers/1',
  '/transfers/',
  '/%74ransfers/1',
  '/transfers%2F1',
  '/transfers%5c1',
  '\\transfers\\1',
  '/transfers;x=1/1',
  '/public;/../transfers',
  '/transfers%00',
  '/transfers%3f',
  '/transfers#/public',
  '/transfers\u0000',
  '/%ff/transfers',
  '/%zz',
  'http://bank.example/transfers/1',
  'http://bank.example/public/1',
  '*',
  '',
]) {
  test(`the target ${JSON.stringify(target)} is closed to the unknown and never exempt`, () => {
    assert.deepEqual(failureModeOf(rules, target), { mode: 'closed' })
    assert.equal(isExempt(exempt, target), false)
  })
}

test('a path is exempt only as it is written, to the letter', () => {
  for (const target of ['/public', '/public/a', '/public/a/b?next=/transfers', '/health', '/public/']) {
    assert.equal(isExempt(exempt, target), true, target)
  }
  for (const target of ['/Public/a', '/PUBLIC', '/health/', '/health/x', '/publicity', '/%70ublic/a', '/']) {
    assert.equal(isExempt(exempt, target), false, target)
  }
})

test('however a protected path is disguised, what a lenient router makes of it is never exempt', () => {
  const disguise = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => `${text}/`,
    (text) => text.replace('/', '//'),
    (text) => `/public/..${text}`,
    (text) => `/public/%2e%2e${text}`,
    (text) => `/public%2f..${text}`,
    (text) => text.replace('t', '%74'),
    (text) => `${text};/public`,
    (text) => text.replaceAll('/', '\\'),
    (text) => `/.${text}`,
  )
  fc.assert(
    fc.property(fc.array(disguise, { maxLength: 4 }), (steps) => {
      const target = steps.reduce((text, step) => step(text), '/transfers/1')
      assert.equal(isExempt(exempt, target), false, target)
      assert.deepEqual(failureModeOf(rules, target), { mode: 'closed' }, target)
    }),
    { numRuns: 1_000 },
  )
})

test('durations are read as ISO 8601 and nothing else is', () => {
  assert.equal(parseDuration('PT5S'), 5_000)
  assert.equal(parseDuration('PT1M30S'), 90_000)
  assert.equal(parseDuration('P1DT2H'), 93_600_000)
  assert.equal(parseDuration('PT0.5S'), 500)
  for (const text of ['', 'P', 'PT', '5S', 'PT5', 'P1M', 'PT-5S', 'pt5s', 'PT5S '])
    assert.equal(parseDuration(text), undefined, text)
})

test('every fault of the failure modes is named', () => {
  const faulty = [
    { path: 'transfers', mode: 'closed' },
    { path: '/a**b', mode: 'open' },
    { path: '/a', mode: 'last-known', ttl: 'soon' },
    { path: '/a', mode: 'ajar' },
    { path: '/a/../b', mode: 'open' },
  ] as unknown as Parameters<typeof parseFailureModes>[0]
  assert.equal(parseFailureModes(faulty).faults.length, 5)
})
