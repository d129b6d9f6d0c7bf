import type { X509Certificate } from 'node:crypto'
import { canonicalUser, type UserNames } from '@watchword/user-names'
import { type ClientAuthority, serialOf } from './client-authorities.ts'
import { clientCertificateOf } from './client-certificate.ts'

/** Why a certificate does not let its holder connect: for the log, the record and the metrics, and never for the client. */
export type CertificateFault =
  | 'certificate-missing'
  | 'certificate-malformed'
  | 'unknown-authority'
  | 'authority-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'certificate-revoked'
  | 'certificate-wrong-purpose'
  | 'certificate-wrong-tenant'
  | 'certificate-wrong-user'

/** Who the certificate has to speak for, and when (epoch milliseconds). */
export type Expected = Readonly<{
  user: string
  names: UserNames
  now: number
  authorities: readonly ClientAuthority[]
}>

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/** What is wrong with a `Client-Cert` header; null for a certificate of the user that is good now (RFC 5280, 6.1, for chains of one). */
export function certificateFaultOf(header: string | undefined, expected: Expected): CertificateFault | null {
  if (header === undefined || header === '') return 'certificate-missing'
  const certificate = clientCertificateOf(header)
  return certificate === undefined ? 'certificate-malformed' : faultOf(certificate, expected)
}

function faultOf(certificate: X509Certificate, { user, names, now, authorities }: Expected): CertificateFault | null {
  const issuers = authorities.filter((authority) => hasIssued(authority, certificate))
  if (issuers.length === 0) return 'unknown-authority'
  const authority = issuers.find((one) => isValid(one.certificate, now))
  if (authority === undefined) return 'authority-expired'
  if (now < certificate.validFromDate.getTime()) return 'certificate-not-yet-valid'
  if (!isValid(certificate, now)) return 'certificate-expired'
  // An authority that was renewed with its key stands there twice: what either revoked is revoked.
  const serial = serialOf(certificate.serialNumber)
  if (issuers.some(({ revoked }) => revoked.has(serial))) return 'certificate-revoked'
  if (!isForClients(certificate)) return 'certificate-wrong-purpose'
  const { CN: commonName, O: organization } = certificate.toLegacyObject().subject
  // Node says several values of one attribute as a list: a name that can be read in two ways is none.
  if (authority.organization !== undefined && authority.organization !== organization) return 'certificate-wrong-tenant'
  return speaksFor({ user, names }, certificate, authority, commonName) ? null : 'certificate-wrong-user'
}

function hasIssued({ certificate: issuer }: ClientAuthority, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime()
}

/** Without an extended key usage a certificate is for anything (RFC 5280, 4.2.1.12); an authority's own is for no client. */
function isForClients({ ca, keyUsage }: X509Certificate): boolean {
  return !ca && (keyUsage === undefined || keyUsage.includes(clientAuthentication))
}

function speaksFor(
  { user, names }: Pick<Expected, 'user' | 'names'>,
  certificate: X509Certificate,
  authority: ClientAuthority,
  commonName: unknown,
): boolean {
  if (authority.user === 'email') return certificate.checkEmail(user, { subject: 'never' }) !== undefined
  return typeof commonName === 'string' && canonicalUser(commonName, names) === user
}
