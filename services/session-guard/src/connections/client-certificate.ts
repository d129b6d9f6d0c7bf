import { X509Certificate } from 'node:crypto'

const byteSequence = /^:([A-Za-z0-9+/]+={0,2}):$/
const bytesMax = 16_384

/**
 * The certificate of the header `Client-Cert` (RFC 9440: DER as a byte sequence of RFC 8941), by which a proxy that ends TLS says who proved to hold
 * the key; undefined for what is no certificate. A header given twice is none.
 */
export function clientCertificateOf(header: string): X509Certificate | undefined {
  const text = byteSequence.exec(header)?.[1]
  if (text === undefined || text.length > bytesMax) return undefined
  try {
    return new X509Certificate(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}
