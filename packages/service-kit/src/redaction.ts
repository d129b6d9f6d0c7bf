const names = [
  'assertion',
  'authorization',
  'capability',
  'code-verifier',
  'cookie',
  'email',
  'ip',
  'mfaToken',
  'otp',
  'passphrase',
  'password',
  'privateKey',
  'secret',
  'set-cookie',
  'ticket',
  'token',
  'userAgent',
  'x-watchword-capability',
  'x-watchword-key',
]

/** The one list of fields that a log never shows, wherever they stand in the first three levels of a line. */
export const redactedPaths: string[] = names.flatMap((name) => {
  const step = /^[A-Za-z]+$/.test(name) ? name : `["${name}"]`
  const below = step.startsWith('[') ? step : `.${step}`
  return [step, `*${below}`, `*.*${below}`]
})
