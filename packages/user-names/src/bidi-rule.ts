/** Where Unicode has its scripts that run from right to left: letters there are R or AL, also those that are to come (DerivedBidiClass.txt). */
const rightToLeft = String.raw`\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}`
const arabicNumber = String.raw`[\u0660-\u0669\u{10D30}-\u{10D39}]`
const europeanNumber = String.raw`[0-9\u06F0-\u06F9]`
const mark = String.raw`\p{Mn}`
/** R and AL, between which the rule knows no difference. */
const letter = String.raw`(?!${mark}|${arabicNumber}|${europeanNumber})[${rightToLeft}]`
/** ES, CS, ET and ON: all that the IdentifierClass has of them is ASCII. */
const neutral = String.raw`[!-/:-@\[-\x60\{-~]`

const isBidi = new RegExp(`${letter}|${arabicNumber}`, 'u')
const whole = new RegExp(`^${letter}(?:${letter}|${arabicNumber}|${europeanNumber}|${neutral}|${mark})*$`, 'u')
const end = new RegExp(`(?:${letter}|${europeanNumber}|${arabicNumber})${mark}*$`, 'u')
const numbers = [new RegExp(europeanNumber, 'u'), new RegExp(arabicNumber, 'u')] as const

/**
 * Whether a name with letters that run from right to left is shown in one way only (the Bidi rule, RFC 5893, section 2). For a text of the
 * IdentifierClass; one that runs from left to right throughout keeps it.
 */
export function keepsBidiRule(text: string): boolean {
  if (!isBidi.test(text)) return true
  return whole.test(text) && end.test(text) && !numbers.every((number) => number.test(text))
}
