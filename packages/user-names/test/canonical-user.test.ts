import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalUser, isUserNames, mayBeCanonicalOf, personOf, userNames } from '../src/index.ts'

/** Letters that change with case, width or normalization, those that join what stands beside them, and any others. */
const spelling = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...Array.from('aAzZß ẞσΣςİıIiéÉe\u0301\u0307\u0308ａＡｶﾞ가ﬁǅǆשا١۱1.@-\u200B\u0345ᾳᾼͅΐΰﬃŉǰ')),
    maxLength: 8,
  }),
)

test('a canonical name is its own canonical form, by every rule', () => {
  fc.assert(
    fc.property(spelling, fc.constantFrom(...userNames), (given, names) => {
      const user = canonicalUser(given, names)
      if (user !== undefined) assert.equal(canonicalUser(user, names), user)
    }),
    { numRuns: 5_000 },
  )
})

test('two spellings of one name are one person for approvals, by every rule', () => {
  fc.assert(
    fc.property(spelling, fc.constantFrom(...userNames), (given, names) => {
      const user = canonicalUser(given, names)
      if (user !== undefined) assert.equal(personOf(user), personOf(given))
    }),
    { numRuns: 5_000 },
  )
})

test('an answer under the canonical name is known for what was asked', () => {
  fc.assert(
    fc.property(spelling, fc.constantFrom(...userNames), (given, names) => {
      const user = canonicalUser(given, names)
      if (user !== undefined) assert.ok(mayBeCanonicalOf(user, given))
    }),
  )
  assert.ok(!mayBeCanonicalOf('alicia', 'alice'))
  assert.ok(!mayBeCanonicalOf('Alice', 'alice'))
})

test('as they are, names differ in case and may hold blanks; only what is composed is one', () => {
  assert.equal(canonicalUser('Zoë'.normalize('NFD'), 'exact'), 'Zoë'.normalize('NFC'))
  for (const given of ['Alice', 'alice', 'ａｌｉｃｅ', 'alice smith', 'Σ'])
    assert.equal(canonicalUser(given, 'exact'), given)
})

test('a user id is 1 to 256 bytes of text without control characters', () => {
  for (const given of ['', 'al\nice', 'al\u0000ice', '\uD800', 'a'.repeat(257), 'ë'.repeat(129)])
    assert.equal(canonicalUser(given, 'exact'), undefined)
  for (const given of ['a'.repeat(256), 'ë'.repeat(128)]) assert.equal(canonicalUser(given, 'exact'), given)
  // Whether it is too long is asked of the canonical form: the decomposed one takes a byte more for each letter.
  assert.equal(canonicalUser('ë'.normalize('NFD').repeat(128), 'exact'), 'ë'.repeat(128))
})

test('only the rules that there are have a name', () => {
  assert.deepEqual(['exact', 'case-mapped', 'toString', '', undefined, 1].filter(isUserNames), ['exact', 'case-mapped'])
})
