import type { Attack, Material } from './attack.ts'
import { signatureOf } from './signing-key.ts'
import { base64url, macToken, signedText, signedToken, written } from './written-token.ts'

/** Extensions that nobody here knows (RFC 7515, 4.1.11), payloads as they are (RFC 7797, which a JWT must not use), and members twice. */
export function extensionAttacks({ header, claims, key }: Material): readonly Attack[] {
  const extended = {
    'crit with an extension that nobody knows': { crit: ['urn:x'], 'urn:x': true },
    'crit with a claim': { crit: ['exp'], exp: 1 },
    'crit that is empty': { crit: [] },
    'crit that is no list': { crit: 'exp' },
    'crit without what it names': { crit: ['urn:x'] },
    'b64 of false without crit': { b64: false },
    'b64 of true': { crit: ['b64'], b64: true },
    'b64 of false': { crit: ['b64'], b64: false },
  }
  const head = base64url(JSON.stringify({ ...header, crit: ['b64'], b64: false }))
  const payload = JSON.stringify(claims).replaceAll('.', '\\u002e')
  const asItIs = `${head}.${payload}`
  return [
    ...Object.entries(extended).map(([what, over]): Attack => [what, signedToken({ ...header, ...over }, claims, key)]),
    ['b64 of false and a payload as it is', `${asItIs}.${base64url(signatureOf(asItIs, key))}`],
  ]
}

/** A member twice is read by one as the first, by another as the last (RFC 7515, 4; RFC 7519, 4). Signed with the genuine key. */
export function duplicateAttacks({ header, claims, key }: Material): readonly Attack[] {
  const texts = written(header, claims)
  const before = (json: string, member: string): string => `{${member},${json.slice(1)}`
  const after = (json: string, member: string): string => `${json.slice(0, -1)},${member}}`
  const inHeader = ['"alg":"none"', `"alg":"${key.alg}"`, '"kid":"x"', '"typ":"JWT"', '"\\u0061lg":"none"']
  const inPayload = ['"sub":"mallory"', '"exp":1', '"aud":"x"', '"iss":"x"', '"s\\u0075b":"mallory"']
  const nested = after(texts.payload, '"deep":{"a":[{"b":1,"c":"}\\"{","b":2}]}')
  return [
    ...inHeader.flatMap((member): readonly Attack[] => [
      [`${member} twice in the header, first`, signedText({ ...texts, header: before(texts.header, member) }, key)],
      [`${member} twice in the header, last`, signedText({ ...texts, header: after(texts.header, member) }, key)],
    ]),
    ...inPayload.map(
      (member): Attack => [
        `${member} twice among the claims, first`,
        signedText({ ...texts, payload: before(texts.payload, member) }, key),
      ],
    ),
    ['a member twice deep among the claims', signedText({ ...texts, payload: nested }, key)],
  ]
}

const strangeIds = {
  'a path': '../../../../../../dev/null',
  'an absolute path': '/dev/null',
  SQL: "' OR '1'='1",
  'a SQL union': "x' UNION SELECT 'key' --",
  'a command': 'key.pem; id',
  __proto__: '__proto__',
  constructor: 'constructor',
  'nothing at all': '',
  'a zero byte': 'key\0',
  'line ends': 'key\r\nx: y',
  'a megabyte': 'k'.repeat(1_000_000),
}

/** A key that the token itself names or brings along (RFC 8725, 3.10). */
export function keyAttacks(material: Material): readonly Attack[] {
  const { header, claims, key, stranger, canaryUrl } = material
  const brought = {
    jwk: { jwk: stranger.jwk },
    jku: { jku: `${canaryUrl}/jwks.json` },
    x5u: { x5u: `${canaryUrl}/cert.pem` },
    x5c: { x5c: [base64url(stranger.publicKey.export({ format: 'der', type: 'spki' }))] },
    'jku by another scheme': { jku: 'file:///dev/null' },
  }
  return [
    ...Object.entries(strangeIds).flatMap(([what, kid]): readonly Attack[] => [
      [`a key id of ${what}, signed by the attacker`, signedToken({ ...header, kid }, claims, stranger)],
      [`a key id of ${what}, signed by the genuine key`, signedToken({ ...header, kid }, claims, key)],
      [`a key id of ${what}, with an empty secret`, macToken({ ...header, alg: 'HS256', kid }, claims, '')],
    ]),
    ...[0, null, [key.kid], { kid: key.kid }].map(
      (kid): Attack => [`a key id of ${JSON.stringify(kid)}`, signedToken({ ...header, kid }, claims, stranger)],
    ),
    ...Object.entries(brought).flatMap(([what, over]) =>
      [key.kid, stranger.kid, undefined].map(
        (kid): Attack => [
          `${what} of the attacker, under the key id ${kid ?? 'of nobody'}`,
          signedToken({ ...header, ...over, kid }, claims, stranger),
        ],
      ),
    ),
  ]
}
