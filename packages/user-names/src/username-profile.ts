import { keepsBidiRule } from './bidi-rule.ts'
import { isIdentifier } from './identifier-class.ts'

const plainAscii = /^[!-~]+$/
const wideOrNarrow = /[\u3000\uFF01-\uFFEE]/gu
/** RFC 8264, section 7: a name that still changes after that many more times is refused. */
const repeatsMax = 3

/**
 * A user name by the profile UsernameCaseMapped or UsernameCasePreserved (RFC 8265, sections 3.3 and 3.4); undefined for what is
 * none. A blank between two parts is for applications that have one, which user ids do not.
 */
export function usernameOf(given: string, names: 'case-preserved' | 'case-mapped'): string | undefined {
  const isMapped = names === 'case-mapped'
  // All of these stand for themselves, and the rules below change nothing else in them.
  if (plainAscii.test(given)) return isMapped ? given.toLowerCase() : given
  let name = enforce(given, isMapped)
  for (let repeat = 0; name !== undefined && repeat < repeatsMax; repeat++) {
    const again = enforce(name, isMapped)
    if (again === name) return name
    name = again
  }
  return undefined
}

// In the order of the profile: width, class, case, normalization, directionality.
function enforce(given: string, isMapped: boolean): string | undefined {
  const narrow = given.replaceAll(wideOrNarrow, (character) => character.normalize('NFKC'))
  if (!isIdentifier(narrow)) return undefined
  const name = (isMapped ? lowerCase(narrow) : narrow).normalize('NFC')
  return keepsBidiRule(name) ? name : undefined
}

/** Letter by letter, since the last sigma of a word is no exception here (RFC 8265, section 3.5): a whole text would make it another letter. */
function lowerCase(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('')
}
