/** Control characters, line separators, and format characters: what breaks a line, or shows it otherwise than it is (bidirectional overrides). */
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A text that stays on its line and shows as it is: what could do otherwise becomes a space. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll(unsafe, ' ')
}

/** JSON in one line of printable text, which reads back as the same value. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(unsafe, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeOf(character.charCodeAt(index))).join(''),
  )
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
