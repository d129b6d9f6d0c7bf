/** RFC 8264, section 9.6, of RFC 5892, section 2.6. */
const valid = /[\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007]/u
const disallowed = /[\u0640\u07FA\u3031-\u3035\u303B]|\u302E|\u302F/u
const ascii7 = /[!-~]/
const letterOrDigit = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u
const oldHangulJamo = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]/u
const ignorable = /\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}/u

/** Rules for letters that are allowed in some places only, by letter (RFC 5892, appendix A.3 to A.9). */
const contextual: Readonly<Record<string, (before: string, after: string, whole: string) => boolean>> = {
  '\u00B7': (before, after) => before.endsWith('l') && after.startsWith('l'),
  '\u0375': (_, after) => /^\p{Script=Greek}/u.test(after),
  '\u05F3': (before) => /\p{Script=Hebrew}$/u.test(before),
  '\u05F4': (before) => /\p{Script=Hebrew}$/u.test(before),
  '\u30FB': (_before, _after, whole) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(whole),
}
const arabicDigits = /[\u0660-\u0669]/u
const extendedArabicDigits = /[\u06F0-\u06F9]/u

/**
 * Whether a text consists of what the IdentifierClass of PRECIS allows (RFC 8264, sections 4.2 and 8), as of the Unicode version of the
 * runtime. The joiners U+200C and U+200D are refused everywhere: what they may stand between takes tables that no runtime has, and nobody
 * sees them.
 */
export function isIdentifier(text: string): boolean {
  // Both kinds of digits look alike (RFC 5892, appendix A.8 and A.9).
  if (arabicDigits.test(text) && extendedArabicDigits.test(text)) return false
  let before = ''
  for (const character of text) {
    const rule = contextual[character]
    const after = text.slice(before.length + character.length)
    if (rule === undefined ? !isAllowed(character) : !rule(before, after, text)) return false
    before += character
  }
  return text !== ''
}

// In the order of RFC 8264, section 8, which is what decides for a character of several kinds.
function isAllowed(character: string): boolean {
  if (valid.test(character)) return true
  if (disallowed.test(character)) return false
  if (ascii7.test(character)) return true
  if (oldHangulJamo.test(character) || ignorable.test(character)) return false
  return character.normalize('NFKC') === character && letterOrDigit.test(character)
}
