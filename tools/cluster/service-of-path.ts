/** The services that answer clients. */
export type FrontService = 'ingest' | 'session-guard' | 'notifier' | 'auditor'

const paths: readonly (readonly [pattern: RegExp, service: FrontService])[] = [
  [/^\/v1\/(?:activities|policy|apps|keys|compat)(?:\/|$)/, 'ingest'],
  [/^\/v1\/notifications\//, 'notifier'],
  [/^\/v1\/assessments\//, 'auditor'],
  [/^\/v1\/users\/[^/]+\/(?:timeline|profile)$/, 'auditor'],
  [/^\/v1\/(?:sessions|locks)$/, 'auditor'],
  [/^\/v1\/(?:audit|stats)(?:\/|$)/, 'auditor'],
]

/** Which service answers a path, where one address stands for all of them; session-guard has what no other has. */
export function serviceOfPath(path: string): FrontService {
  return paths.find(([pattern]) => pattern.test(path))?.[1] ?? 'session-guard'
}
