import type { Attack, Material } from './attack.ts'
import type { Claims } from './written-token.ts'
import { base64url, signedText, signedToken, written } from './written-token.ts'
import { signatureOf } from './signing-key.ts'

/** What a verifier takes a token for. */
export type TokenKind = 'access' | 'mfa' | 'logout'

const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const riskEvent = { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} }

/** Tokens that mean something else, of the same issuer, for the same audience, by the genuine key (RFC 8725, 2.8 and 3.11). */
const others: Readonly<Record<string, Readonly<{ meant?: TokenKind; typ: string | undefined; claims: Claims }>>> = {
  'an access token': { meant: 'access', typ: 'at+jwt', claims: { client_id: 'c', scope: 'read' } },
  'an access token that does not say so': { meant: 'access', typ: 'JWT', claims: { scope: 'read' } },
  'an ID token': { typ: 'JWT', claims: { nonce: 'n', auth_time: 1 } },
  'an ID token of the hybrid flow': { typ: undefined, claims: { at_hash: 'h', c_hash: 'h' } },
  'an mfaToken': { meant: 'mfa', typ: 'mfa+jwt', claims: { amr: ['otp'], acr: 'x', lock_id: 'l-1', txn: 't' } },
  'a logout token': { meant: 'logout', typ: 'logout+jwt', claims: { events: logoutEvent } },
  'a logout token that does not say so': { meant: 'logout', typ: 'JWT', claims: { events: logoutEvent } },
  'a security event token': { typ: 'secevent+jwt', claims: { events: riskEvent } },
  'a security event token that does not say so': { typ: 'JWT', claims: { events: riskEvent } },
  'an ID token with a logout event': { typ: 'JWT', claims: { events: logoutEvent, nonce: 'n' } },
  'a proof of possession': { typ: 'dpop+jwt', claims: { htm: 'GET', htu: 'https://x.example' } },
  'an introspection answer': { typ: 'token-introspection+jwt', claims: { token_introspection: { active: true } } },
  'a client assertion': { typ: 'client-authentication+jwt', claims: {} },
  'an authorization request': { typ: 'oauth-authz-req+jwt', claims: { client_id: 'c' } },
  'a type of nobody': { typ: 'x+jwt', claims: {} },
  'a type that only begins so': { typ: 'mfa+jwtx', claims: {} },
}

/** The claims that make a token what it is; the rest (issuer, audience, times, subject) every kind has. */
const ofKind = ['events', 'nonce', 'lock_id', 'amr', 'acr', 'txn', 'auth_time', 'scope', 'client_id', 'at_hash']

export function typeAttacks(material: Material, kind: TokenKind): readonly Attack[] {
  const { header, claims, key } = material
  const common = Object.fromEntries(Object.entries(claims).filter(([name]) => !ofKind.includes(name)))
  return Object.entries(others)
    .filter(([, { meant }]) => meant !== kind)
    .map(([what, { typ, claims: own }]) => [what, signedToken({ ...header, typ }, { ...common, ...own }, key)])
}

/** For somebody else, of somebody else, or about nobody. Signed with the genuine key. */
export function partyAttacks(material: Material): readonly Attack[] {
  const { header, claims, key, canaryUrl } = material
  const [aud, iss] = [String(claims['aud']), String(claims['iss'])]
  const wrong: Readonly<Record<string, Claims>> = {
    'for another app': { aud: 'https://shop.example' },
    'for nobody': { aud: undefined },
    'for an empty list': { aud: [] },
    'for a list of others': { aud: ['https://shop.example', 'https://x.example'] },
    'for a list in a list': { aud: [[aud]] },
    'for an object': { aud: { [aud]: true } },
    'for whoever begins like the app': { aud: `${aud}.evil.example` },
    'for the app in other letters': { aud: aud.toUpperCase() },
    'for the app with a slash': { aud: `${aud}/` },
    'for many in one text': { aud: `${aud} https://shop.example` },
    'of another issuer': { iss: 'https://evil.example' },
    'of an issuer that is to be asked': { iss: canaryUrl },
    'of no issuer': { iss: undefined },
    'of a list of issuers': { iss: [iss] },
    'of whoever begins like the issuer': { iss: `${iss}.evil.example` },
    'of the issuer with a slash': { iss: `${iss}/` },
    'of the issuer in other letters': { iss: iss.toUpperCase() },
    'about a list': { sub: [claims['sub']] },
    'about a number': { sub: 7 },
    'about an object': { sub: { toString: 'alice' } },
    'about an empty name': { sub: '', sid: '' },
  }
  const ofOtherTenant = { aud: 'https://bank.rival.example', iss: 'https://login.rival.example' }
  return [
    ...Object.entries(wrong).map(([what, over]): Attack => [what, signedToken(header, { ...claims, ...over }, key)]),
    ['for another tenant', signedToken(header, { ...claims, ...ofOtherTenant }, key)],
  ]
}

/** How far clocks may differ where a verifier looks at these claims, seconds. */
export type Tolerance = Readonly<{ exp: number; nbf: number; iat: number }>

/** Not good yet, no more, or for ever. */
export function timeAttacks({ header, claims, key }: Material, now: number, tolerance: Tolerance): readonly Attack[] {
  const wrong: Readonly<Record<string, Claims>> = {
    'over for as long as clocks may differ': { exp: now - tolerance.exp },
    'over for longer': { exp: now - tolerance.exp - 1 },
    'over since the beginning of time': { exp: 0 },
    'over before that': { exp: -1 },
    'good for ever': { exp: undefined },
    'good until a text': { exp: String(now + 300) },
    'good until null': { exp: null },
    'not good yet': { nbf: now + tolerance.nbf + 1 },
    'good from a text on': { nbf: String(now) },
    'of the future': { iat: now + tolerance.iat + 1 },
    'of a time that is a text': { iat: String(now) },
  }
  const { payload } = written(header, { ...claims, exp: '?' })
  return [
    ...Object.entries(wrong).map(([what, over]): Attack => [what, signedToken(header, { ...claims, ...over }, key)]),
    [
      'good until a number beyond all',
      signedText({ header: JSON.stringify(header), payload: payload.replace('"?"', '1e400') }, key),
    ],
  ]
}

/** A token that is written otherwise than RFC 7515 and RFC 7519 say, signed with the genuine key all the same. */
export function formAttacks({ header, claims, key }: Material): readonly Attack[] {
  const { header: head, payload } = written(header, claims)
  const good = signedText({ header: head, payload }, key)
  const [first = '', second = '', third = ''] = good.split('.')
  const overBytes = (bytes: Uint8Array): string => {
    const input = `${base64url(head)}.${base64url(bytes)}`
    return `${input}.${base64url(signatureOf(input, key))}`
  }
  return [
    ...['[]', 'null', '"text"', '1', '', '{', `${payload}x`, `\uFEFF${payload}`].map(
      (text): Attack => [`a payload of ${text.slice(0, 9)}`, signedText({ header: head, payload: text }, key)],
    ),
    ...['[]', 'null', '', '{}'].map(
      (text): Attack => [`a header of ${text}`, signedText({ header: text, payload }, key)],
    ),
    ['a payload that is no UTF-8', overBytes(Buffer.concat([Buffer.from(payload.slice(0, -1)), Buffer.of(0xff)]))],
    ['padding', `${first}=.${second}==.${third}=`],
    ['a part too many', `${good}.`],
    ['a part too few', `${first}.${second}`],
    ['a space before', ` ${good}`],
    ['a line end within', `${first}\n.${second}.${third}`],
    ['nothing but dots', '..'],
    ['a megabyte of claims', signedToken(header, { ...claims, more: 'x'.repeat(1_000_000) }, key)],
  ]
}
