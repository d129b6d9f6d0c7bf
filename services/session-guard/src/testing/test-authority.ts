import 'reflect-metadata'
import { KeyObject, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

/** What a certificate of a test says otherwise than a good one of `alice`. */
export type CertificateTerms = Readonly<{
  subject?: string
  email?: string
  serial?: string
  usage?: keyof typeof ExtendedKeyUsage
  notBefore?: number
  notAfter?: number
}>

/** A certificate authority with keys of its own. */
export type TestAuthority = Readonly<{
  pem: string
  /** A client's certificate, as the header `Client-Cert` has it. */
  issue: (terms?: CertificateTerms) => Promise<string>
  /** A certificate and its key, PEM, for a TLS of its own. */
  issueWithKey: (terms?: CertificateTerms) => Promise<Readonly<{ cert: string; key: string }>>
}>

/** Makes an authority whose certificate is good for a day from `now`, epoch milliseconds. */
export async function createTestAuthority(now: number, name = 'CN=Test CA'): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const own = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    serialNumber: '01',
    notBefore: new Date(now - 1_000),
    notAfter: new Date(now + dayMs),
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return {
    pem: own.toString('pem'),
    issue: async (terms) => clientCert((await certified(terms)).certificate),
    async issueWithKey(terms) {
      const { certificate, privateKey } = await certified(terms)
      const key = KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' })
      return { cert: certificate.toString('pem'), key: String(key) }
    },
  }

  async function certified(terms: CertificateTerms = {}) {
    const { subject = 'CN=alice', email, serial = '0A', usage = 'clientAuth', notBefore, notAfter } = terms
    const { publicKey, privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: own.subject,
      serialNumber: serial,
      notBefore: new Date(notBefore ?? now - 1_000),
      notAfter: new Date(notAfter ?? now + dayMs),
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage[usage]]),
        ...(email === undefined ? [] : [new SubjectAlternativeNameExtension([{ type: 'email', value: email }])]),
      ],
    })
    return { certificate, privateKey }
  }
}

function clientCert({ rawData }: X509Certificate): string {
  return `:${Buffer.from(rawData).toString('base64')}:`
}
