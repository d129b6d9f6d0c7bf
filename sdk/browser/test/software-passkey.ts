import { createHash, generateKeyPairSync, randomBytes, verify } from 'node:crypto'

type Assertion = {
  readonly id: string
  readonly response: Readonly<Record<'clientDataJSON' | 'authenticatorData' | 'signature', string>>
}

/** A passkey for a virtual authenticator, and what a relying party has to check of its assertions (WebAuthn Level 3, 7.2). */
export const createSoftwarePasskey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  return {
    id: id.toString('base64url'),
    /** For `WebAuthn.addCredential` of the DevTools protocol, which wants base64. */
    credential: {
      credentialId: id.toString('base64'),
      isResidentCredential: true,
      rpId: 'localhost',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      userHandle: Buffer.from('alice').toString('base64'),
      signCount: 0,
    },
    accepts: ({ id: given, response }: Assertion, challenge: string, origin: string): boolean => {
      const clientData = Buffer.from(response.clientDataJSON, 'base64url')
      const data = Buffer.from(response.authenticatorData, 'base64url')
      const said = JSON.parse(clientData.toString('utf8')) as Record<string, unknown>
      const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
      const isUserPresentAndVerified = ((data[32] ?? 0) & 0b101) === 0b101
      return (
        given === id.toString('base64url') &&
        said['type'] === 'webauthn.get' &&
        said['challenge'] === challenge &&
        said['origin'] === origin &&
        data.subarray(0, 32).equals(createHash('sha256').update('localhost').digest()) &&
        isUserPresentAndVerified &&
        verify('sha256', signed, publicKey, Buffer.from(response.signature, 'base64url'))
      )
    },
  }
}
