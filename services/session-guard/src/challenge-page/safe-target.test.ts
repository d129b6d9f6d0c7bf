import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { returnToOf, safeTarget } from './safe-target.ts'

const own = 'https://bank.example'
const origins = [own, 'http://localhost:3000']

test('leads to paths, and to the origins of the app', () => {
  for (const [given, expected] of [
    ['/', '/'],
    ['/accounts?a=1&b=2#top', '/accounts?a=1&b=2#top'],
    ['/a/../b', '/b'],
    [`${own}/accounts`, `${own}/accounts`],
    ['http://localhost:3000', 'http://localhost:3000/'],
  ] as const)
    assert.equal(safeTarget(given, origins), expected, given)
})

test('leads nowhere else, however it is written', () => {
  for (const given of [
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    String.raw`/\evil.example`,
    String.raw`\\evil.example`,
    '/\t/evil.example',
    '\n//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'https:evil.example',
    'https:/evil.example',
    `${own}@evil.example`,
    `${own}.evil.example`,
    `https://user@bank.example/`,
    `${own}:8443/`,
    'http://bank.example',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    `blob:${own}/x`,
    `filesystem:${own}/x`,
    'https://app.invalid/x',
    'accounts',
    '',
    '/_guard/challenge?return_to=/',
    '/x/../_guard',
  ])
    assert.equal(safeTarget(given, origins), undefined, JSON.stringify(given))
})

test('whatever is given, a browser on a page of the app that goes there stays with the app', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '\t',
    '\n',
    ' ',
    ':',
    '@',
    '?',
    '#',
    'https:',
    'evil.example',
    'a',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    fc.webUrl(),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (given) => {
      const target = safeTarget(given, origins)
      if (target !== undefined) assert.ok(origins.includes(new URL(target, `${own}/_guard/challenge`).origin), target)
    }),
    { numRuns: 3_000 },
  )
})

test('reads where to return to, encoded or as a proxy writes it', () => {
  const at = (query: string) => returnToOf(`/_guard/challenge${query}`)
  assert.equal(at(''), undefined)
  assert.equal(at('?return_to=%2Fa%3Fb%3D1%26c%3D2&x=y'), '/a?b=1&c=2')
  assert.equal(at('?return_to=/a?b=1&c=%32'), '/a?b=1&c=%32')
  assert.equal(at('?x=y&return_to=https%3A%2F%2Fbank.example%2F'), 'https://bank.example/')
})
