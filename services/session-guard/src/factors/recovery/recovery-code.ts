/** Crockford's base 32: no I, L, O or U, which people read as something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const letters = 16
const lettersPerGroup = 4

/** Bytes of chance in one code: 80 bits, which nobody finds by trying. */
export const recoveryCodeBytes = 10

/** What a person may type: the letters in any case, with hyphens or spaces wherever they like. Never six digits alone. */
export const recoveryCodePattern = '(?:[- ]*[0-9A-Za-z]){16}[- ]*'

/** Ten bytes as a person reads them: `XXXX-XXXX-XXXX-XXXX`. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== recoveryCodeBytes) throw new RangeError('a recovery code is made of ten bytes')
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (let index = 0; index < letters; index += 1) {
    text = `${alphabet[Number(bits % 32n)]}${text}`
    bits /= 32n
  }
  return text.replaceAll(new RegExp(`.{${lettersPerGroup}}(?!$)`, 'g'), '$&-')
}

/** The code that was meant, without hyphens: case does not count, O is read as 0, I and L as 1. Undefined for what is no code. */
export function readRecoveryCode(typed: string): string | undefined {
  const text = typed.replaceAll(/[- ]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const isCode = text.length === letters && Array.from(text).every((letter) => alphabet.includes(letter))
  return isCode ? text : undefined
}
