import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalUser } from '../src/index.ts'

type Vector = readonly [given: string, preserved: string | undefined, mapped: string | undefined]

function check(vectors: readonly Vector[]): void {
  for (const [given, preserved, mapped] of vectors) {
    const shown = JSON.stringify(given)
    assert.equal(canonicalUser(given, 'case-preserved'), preserved, `${shown}, case preserved`)
    assert.equal(canonicalUser(given, 'case-mapped'), mapped, `${shown}, case mapped`)
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8265#section-3.5 tables 1 and 2, all of them */
test('every example of RFC 8265 is allowed or refused as it says', () => {
  check([
    ['juliet@example.com', 'juliet@example.com', 'juliet@example.com'],
    ['fussball', 'fussball', 'fussball'],
    ['fu\u00DFball', 'fu\u00DFball', 'fu\u00DFball'],
    ['\u03C0', '\u03C0', '\u03C0'],
    ['\u03A3', '\u03A3', '\u03C3'],
    ['\u03C3', '\u03C3', '\u03C3'],
    ['\u03C2', '\u03C2', '\u03C2'],
    ['foo bar', undefined, undefined],
    ['', undefined, undefined],
    ['henry\u2163', undefined, undefined],
    ['\u265A', undefined, undefined],
  ])
})

test('case is that of each letter: capitals of several letters, dotted and dotless i, the last sigma of a word', () => {
  check([
    ['ALICE@Example.COM', 'ALICE@Example.COM', 'alice@example.com'],
    ['Zoë', 'Zoë', 'zoë'],
    ['ΟΔΥΣΣΕΥΣ', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['Οδυσσευς', 'Οδυσσευς', 'οδυσσευς'],
    ['STRASSE', 'STRASSE', 'strasse'],
    ['straße', 'straße', 'straße'],
    ['STRAẞE', 'STRAẞE', 'straße'],
    ['\u0130zmir', '\u0130zmir', 'i\u0307zmir'],
    ['\u0131zmir', '\u0131zmir', '\u0131zmir'],
    ['Izmir', 'Izmir', 'izmir'],
    ['\u{10400}', '\u{10400}', '\u{10428}'],
  ])
})

test('full and half width are one spelling, and what is composed later is one with what came composed', () => {
  check([
    ['ａｌｉｃｅ', 'alice', 'alice'],
    ['ＡＬＩＣＥ＠ｂａｎｋ', 'ALICE@bank', 'alice@bank'],
    ['ｶﾞｽ', 'ガス', 'ガス'],
    ['Zoe\u0308', 'Zo\u00EB', 'zo\u00EB'],
    ['a\u3000b', undefined, undefined],
    ['\uFFA1', undefined, undefined],
  ])
})

test('nothing that is invisible, that stands for something else, or that is no letter is in a name', () => {
  const invisible = [
    'al\u200Bice',
    'al\u200Cice',
    'al\u200Dice',
    '\uFEFFalice',
    'al\u00ADice',
    'al\u2060ice',
    'alice\u202E',
  ]
  const otherwise = [
    '\uFB01n',
    'x\u00B2',
    '\u212Bngstr',
    '\u{1D400}lice',
    '\u1100',
    '\u0640',
    '\u2026',
    'a\u00A0b',
    '\tb',
  ]
  const never = [
    'a\u034Fb',
    'a\u{E0001}',
    '\u{1F600}',
    '\uD800',
    '\u0378',
    '\uFDD0',
    'a'.repeat(257),
    '\u00EB'.repeat(129),
  ]
  const refused = invisible.concat(otherwise, never)
  check(refused.map((given) => [given, undefined, undefined]))
})

test('letters that only look alike stay apart', () => {
  const latin = canonicalUser('apple', 'case-mapped')
  for (const given of ['аpple', 'αpple', 'app1e', 'appIe']) {
    const name = canonicalUser(given, 'case-mapped')
    assert.ok(name !== undefined && name !== latin, given)
  }
})

/** @see https://www.rfc-editor.org/rfc/rfc5892#appendix-A */
test('what is allowed in some places only is refused in others', () => {
  check([
    ['col·la', 'col·la', 'col·la'],
    ['cola·', undefined, undefined],
    ['a·l', undefined, undefined],
    ['\u0375α', '\u0375α', '\u0375α'],
    ['\u0375a', undefined, undefined],
    ['א\u05F3', 'א\u05F3', 'א\u05F3'],
    ['\u05F3א', undefined, undefined],
    ['ジョン・ドー', 'ジョン・ドー', 'ジョン・ドー'],
    ['a・b', undefined, undefined],
    ['ا\u0661', 'ا\u0661', 'ا\u0661'],
    ['ا\u06F1', 'ا\u06F1', 'ا\u06F1'],
    ['ا\u0661\u06F1', undefined, undefined],
  ])
})

/** @see https://www.rfc-editor.org/rfc/rfc5893#section-2 */
test('a name that runs from right to left keeps the Bidi rule', () => {
  check([
    ['משה', 'משה', 'משה'],
    ['משה1', 'משה1', 'משה1'],
    ['מ.ש', 'מ.ש', 'מ.ש'],
    ['שָׁ', 'שָׁ', 'שָׁ'],
    ['1משה', undefined, undefined],
    ['משה.', undefined, undefined],
    ['alice-משה', undefined, undefined],
    ['משהalice', undefined, undefined],
    ['ا\u06611', undefined, undefined],
    ['\u0661', undefined, undefined],
    ['\u0301משה', undefined, undefined],
  ])
})
