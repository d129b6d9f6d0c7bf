import { type Assurance, assurances, classOfFactor, contextClasses, factorKinds } from '@watchword/session-lock'
import { code, generatedPage, markdownTable } from './markdown.ts'

const introduction = `What a verification is called in the terms of others: \`amr\` ([RFC 8176](https://www.rfc-editor.org/rfc/rfc8176)), \`acr\` of an mfaToken, of
\`GET /v1/check\`, of a status and of the challenge of [RFC 9470](https://www.rfc-editor.org/rfc/rfc9470), and the authenticator assurance levels of NIST SP 800-63B-4.`

const levels = `Watchword verifies a second factor; the first one is the app's. By itself a code or a key without user verification is one factor (AAL1), and a key that has verified
its owner is two (AAL2); after the password of the app all of them reach AAL2. Nothing reaches AAL3: it asks for a key that cannot leave its hardware, and no attestation is asked for that would prove it. A
synced passkey can leave its device by its nature.`

const classes = `Whoever meets a class meets those before it. \`acr_values\` of a challenge names the weakest class that will do: \`phr\` where the lock takes a passkey alone. \`max_age\` of a lock is 0, for nothing
that was given before opens it.`

const meanings: Readonly<Record<(typeof contextClasses)[number], string>> = {
  'urn:watchword:acr:mfa': 'A second factor of any kind was verified.',
  phr: 'It was phishing-resistant: an assertion of a passkey or security key, which answers to the domain of the app alone (OpenID Connect Extended Authentication Profile, ACR Values 1.0).',
}

/** The page on what a verification is worth. */
export function assuranceReference(): string {
  return generatedPage('Assurance', 'the table of packages/session-lock', [
    introduction,
    markdownTable(
      ['Factor', 'Owner verified', 'Key', '`amr`', '`acr`', 'Phishing-resistant', 'AAL alone', 'AAL after a password'],
      assurances.map((one) => [
        code(one.factor),
        ofKey(one, one.userVerified ? 'yes' : 'no'),
        ofKey(one, one.synced ? 'synced' : 'of one device'),
        one.amr.map(code).join(' '),
        code(one.acr),
        one.acr === 'phr' ? 'yes' : 'no',
        String(one.aal),
        '2',
      ]),
    ),
    levels,
    '## Classes',
    markdownTable(
      ['`acr`', 'Means'],
      contextClasses.map((each) => [code(each), meanings[each]]),
    ),
    classes,
  ])
}

function ofKey({ factor }: Assurance, text: string): string {
  return factor === 'webauthn' ? text : ''
}

/** The same for the SDK, which imports nothing of the platform. */
export function assuranceOfSdk(): readonly [path: string, text: string] {
  const factors = factorKinds.map(
    (factor) => `  ${factor.includes('-') ? `'${factor}'` : factor}: '${classOfFactor(factor)}',`,
  )
  return [
    'sdk/node/src/generated/assurance.ts',
    [
      '// Generated from the table of packages/session-lock by `npm run generate`: do not edit.',
      '',
      '/** Authentication context classes (`acr`), the weakest first: whoever meets one meets all before it. */',
      `export const contextClasses = [${contextClasses.map((each) => `'${each}'`).join(', ')}] as const`,
      '',
      '/** The class that every proof of a kind of factor has. */',
      'export const classOfFactor: Readonly<Record<string, (typeof contextClasses)[number]>> = {',
      ...factors,
      '}',
      '',
    ].join('\n'),
  ]
}
