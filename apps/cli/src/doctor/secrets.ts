import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseSigningJwk } from '@watchword/auditor'
import { parseSecrets } from '@watchword/session-guard'
import { type Finding, failed, passed } from './finding.ts'
import type { ServiceConfig } from './service-setup.ts'

/** Whether the folder of `watchword up`, its key and its secrets are the owner's alone. */
export function examineFolderOfSecrets(data: string): readonly Finding[] {
  return ['', 'dev-key', 'secrets'].map((name) => {
    const path = join(data, name)
    if (!existsSync(path)) return failed('data-folder-missing', { check: path, detail: 'it is not there' })
    return exposed(path, 0o077)
      ? failed('secret-exposed', { check: path, detail: 'others may read it' })
      : passed(path, "the owner's alone")
  })
}

/** Files of secrets that variables name; a group may read them, since an orchestrator mounts them so. */
export function examineSecretFiles(env: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  return Object.entries(env).flatMap(([variable, path]) =>
    path !== undefined &&
    /^WATCHWORD_\w+(?:KEY|SECRETS|PASSWORD|WEBHOOKS|MAIL|SIEM)_FILE$/.test(variable) &&
    existsSync(path)
      ? [
          exposed(path, 0o007)
            ? failed('secret-exposed', { check: path, setting: variable, detail: 'everybody may read it' })
            : passed(path, 'not for everybody'),
        ]
      : [],
  )
}

/** Whether secrets are the same where they have to be, and nowhere else. */
export function examineAgreement(configs: readonly ServiceConfig[]): readonly Finding[] {
  const check = 'secrets'
  const guard = configs.find((config) => config.guard !== undefined)?.guard
  const notifier = configs.find((config) => config.notifier !== undefined)?.notifier
  const faults: Finding[] = []
  if (guard !== undefined && notifier?.reportKey !== undefined && guard.reportKey !== notifier.reportKey) {
    const detail =
      guard.reportKey === undefined
        ? 'session-guard has no key for the tickets that the notifier signs'
        : 'session-guard has another key than the notifier, and takes none of its tickets'
    faults.push(failed('secrets-differ', { check, setting: 'guard.reportKey', detail }))
  }
  const seen = new Map<string, string>()
  for (const [setting, secret] of configs.flatMap(secretsOf)) {
    const other = seen.get(secret)
    if (other === undefined) seen.set(secret, setting)
    else if (purposeOf(other) !== purposeOf(setting))
      faults.push(failed('secret-reused', { check, setting, detail: `it is the same as ${other}` }))
  }
  if (faults.length > 0) return faults
  return seen.size === 0 ? [] : [passed(check, 'each for one purpose')]
}

/** Every key that Watchword's own secrets hold, by what it is called; who two servers know by one password is theirs to say. */
function secretsOf({ bootstrap, guard, notifier, audit }: ServiceConfig): readonly Secret[] {
  return [
    ...named('bootstrap.key', bootstrap?.key),
    ...named('guard.reportKey', guard?.reportKey),
    ...named('notifier.reportKey', notifier?.reportKey),
    ...named('audit.signingKey', audit?.signingKey === undefined ? undefined : parseSigningJwk(audit.signingKey).d),
    ...(guard === undefined ? [] : guardKeys(guard.secrets)),
  ]
}

type Secret = readonly [setting: string, secret: string]

function guardKeys(file: string): readonly Secret[] {
  const { commandKey, tokenKey, factorKeys, signingJwk } = parseSecrets(file, 'guard.secrets')
  const text = (key: Uint8Array): string => Buffer.from(key).toString('base64url')
  return [
    ['guard.secrets.command', text(commandKey)],
    ['guard.secrets.token', text(tokenKey)],
    ['guard.secrets.signing', signingJwk.d],
    ...[...factorKeys].map(([id, key]): Secret => [`guard.secrets.factors.keys.${id}`, text(key)]),
  ]
}

function named(setting: string, secret: string | undefined): readonly Secret[] {
  return secret === undefined ? [] : [[setting, secret]]
}

/** The key of tickets has two holders; any other secret has one. */
function purposeOf(setting: string): string {
  return setting.replace(/^(?:guard|notifier)\.reportKey$/, 'reportKey')
}

function exposed(path: string, others: number): boolean {
  return (statSync(path).mode & others) !== 0
}
