import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { GuardSecrets } from '../secrets.ts'

/** Whose secret it is: a sealed secret opens for nobody else. */
export type SealOwner = Readonly<{ tenant: string; user: string; factor: string }>

export type FactorSealer = Readonly<{
  seal: (owner: SealOwner, secret: Uint8Array) => string
  /** Undefined when it was sealed for another owner, was changed, or its key is gone. */
  open: (owner: SealOwner, sealed: string) => Uint8Array | undefined
}>

/** AES-256-GCM; the text is `<key id>.<nonce>.<ciphertext and tag>` in base64url. */
export function createFactorSealer(
  secrets: Pick<GuardSecrets, 'factorKeys' | 'factorKeyId'>,
  deps: Readonly<{ randomBytes: (size: number) => Uint8Array }>,
): FactorSealer {
  return {
    seal(owner, secret) {
      const key = secrets.factorKeys.get(secrets.factorKeyId)
      if (key === undefined) throw new Error('the factor key in use is missing')
      const nonce = deps.randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(additionalData(owner, secrets.factorKeyId))
      const body = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
      return [secrets.factorKeyId, Buffer.from(nonce).toString('base64url'), body.toString('base64url')].join('.')
    },

    open(owner, sealed) {
      const [keyId = '', nonceText = '', bodyText = '', ...rest] = sealed.split('.')
      const key = secrets.factorKeys.get(keyId)
      const nonce = Buffer.from(nonceText, 'base64url')
      const body = Buffer.from(bodyText, 'base64url')
      if (key === undefined || rest.length > 0 || nonce.length !== nonceBytes || body.length <= tagBytes)
        return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(additionalData(owner, keyId))
      decipher.setAuthTag(body.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()])
      } catch {
        // `final` throws for one reason only: the tag does not fit.
        return undefined
      }
    },
  }
}

const nonceBytes = 12
const tagBytes = 16

function additionalData({ tenant, user, factor }: SealOwner, keyId: string): Uint8Array {
  return Buffer.from(JSON.stringify(['watchword-factor-v1', tenant, user, factor, keyId]))
}
