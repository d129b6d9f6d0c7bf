import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { algorithmAttacks } from './algorithm-attacks.ts'
import type { Attack, Material } from './attack.ts'
import { startCanary } from './canary.ts'
import { formAttacks, partyAttacks, timeAttacks, type TokenKind, type Tolerance, typeAttacks } from './claim-attacks.ts'
import { duplicateAttacks, extensionAttacks, keyAttacks } from './header-attacks.ts'
import { signatureAttacks } from './signature-attacks.ts'
import { algorithms, type SigningKey, signingKey } from './signing-key.ts'
import { type Claims, signedToken } from './written-token.ts'

/** Whose tokens the verifier takes: it has to publish `key`, and no other one. */
export type IssuerUnderAttack = Readonly<{ key: SigningKey }>

/** A verifier that runs. */
export type Attacked = Readonly<{
  /** The header, but for `alg` and `kid`, and the claims of a token that is taken; each call has an id of its own. */
  genuine: () => Readonly<{ typ: string; claims: Claims }>
  /** The verifier's own time, seconds since the epoch. */
  now: () => number
  tolerance: Tolerance
  /** Whether a token is taken; rejects for what is no answer of a verifier. */
  takes: (token: string) => Promise<boolean>
}>

/**
 * What everything that verifies a JWT has to hold: it takes what is genuine, within the edges of time, and not one of the tokens of attack (RFC 8725).
 * `start` is called for each test.
 */
export function tokenContract(
  name: string,
  { kind, alg }: Readonly<{ kind: TokenKind; alg: 'RS256' | 'ES256' | 'EdDSA' }>,
  start: (t: TestContext, issuer: IssuerUnderAttack) => Promise<Attacked>,
): void {
  const key = signingKey(alg, 'k-present')
  const retired = signingKey(alg, 'k-retired')
  const strangers = algorithms.map((each) => signingKey(each, `k-stranger-${each}`))
  const stranger = strangers.find((each) => each.alg === alg) ?? retired

  async function underAttack(t: TestContext, attacksOf: (material: Material, attacked: Attacked) => readonly Attack[]) {
    const canary = await startCanary(t, strangers)
    const attacked = await start(t, { key })
    const { typ, claims } = attacked.genuine()
    const header = { alg, typ, kid: key.kid }
    const material = { header, claims, key, retired, strangers, stranger, canaryUrl: canary.url }
    const taken: string[] = []
    for (const [what, token] of attacksOf(material, attacked)) if (await attacked.takes(token)) taken.push(what)
    assert.deepEqual(taken, [])
    assert.equal(await attacked.takes(signedToken(header, claims, key)), true, 'the genuine token is still taken')
    assert.equal(canary.connections(), 0, 'nothing that a token names was asked')
  }

  describe(`${name} (${alg})`, () => {
    test('takes what is genuine, as far as clocks may differ', async (t) => {
      const { genuine, takes, now, tolerance } = await start(t, { key })
      const header = { alg, typ: genuine().typ, kid: key.kid }
      const edges: readonly Claims[] = [
        {},
        { exp: now() - tolerance.exp + 1 },
        // RFC 7519, 2: a number of seconds, with a fraction or not; leap seconds are not counted.
        { exp: now() - tolerance.exp + 0.5 },
        { nbf: now() + tolerance.nbf },
        { iat: now() + tolerance.iat },
        { aud: [genuine().claims['aud'], 'https://x.example'] },
      ]
      for (const over of edges) {
        const token = signedToken(header, { ...genuine().claims, ...over }, key)
        assert.equal(await takes(token), true, JSON.stringify(over))
      }
    })

    test('confusion of algorithms (#13): takes no token without a signature, with a MAC or by another algorithm', (t) =>
      underAttack(t, (material) => [...algorithmAttacks(material), ...signatureAttacks(material)]))

    test('confusion of readers (#13): takes no extension it does not know, and no member twice', (t) =>
      underAttack(t, (material) => [
        ...extensionAttacks(material),
        ...duplicateAttacks(material),
        ...formAttacks(material),
      ]))

    test('injection of keys (#14): takes no key that the token names or brings, and asks nobody for one', (t) =>
      underAttack(t, keyAttacks))

    test('confusion of meaning (#15): takes nothing for others, of others, of another kind or time', (t) =>
      underAttack(t, (material, { now, tolerance }) => [
        ...typeAttacks(material, kind),
        ...partyAttacks(material),
        ...timeAttacks(material, now(), tolerance),
      ]))
  })
}
