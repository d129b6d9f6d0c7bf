/** One part of the system: the folder it lives in and the parts it may import. */
export type Part = Readonly<{
  folder: string
  mayImport: readonly string[]
  /** Pure parts import no `node:*`, no package, and read no clock, randomness or environment. */
  pure?: true
}>

const adapters = ['contracts', 'event-log', 'stream', 'service-kit', 'service-host'] as const

/** Who may import whom; anything that is not written here is refused. Compared with the real import graph by `npm run check:architecture`. */
export const parts: Readonly<Record<string, Part>> = {
  decider: { folder: 'packages/decider', mayImport: [], pure: true },
  'risk-engine': { folder: 'packages/risk-engine', mayImport: [], pure: true },
  admission: { folder: 'packages/admission', mayImport: ['user-names'], pure: true },
  'user-names': { folder: 'packages/user-names', mayImport: [], pure: true },
  'session-lock': { folder: 'packages/session-lock', mayImport: ['decider', 'admission', 'user-names'], pure: true },
  notification: { folder: 'packages/notification', mayImport: [], pure: true },
  contracts: { folder: 'packages/contracts', mayImport: [] },
  'event-log': { folder: 'packages/event-log', mayImport: [] },
  'plain-token': { folder: 'packages/plain-token', mayImport: [] },
  'token-attacks': { folder: 'packages/token-attacks', mayImport: [] },
  stream: { folder: 'packages/stream', mayImport: ['event-log'] },
  clickhouse: { folder: 'packages/clickhouse', mayImport: [] },
  'service-kit': { folder: 'packages/service-kit', mayImport: ['event-log'] },
  'service-host': {
    folder: 'packages/service-host',
    mayImport: ['contracts', 'event-log', 'stream', 'service-kit', 'access', 'policy'],
  },
  access: { folder: 'packages/access', mayImport: ['contracts', 'event-log', 'stream', 'service-kit', 'user-names'] },
  policy: {
    folder: 'packages/policy',
    mayImport: ['contracts', 'event-log', 'stream', 'risk-engine', 'admission', 'user-names'],
  },
  ingest: { folder: 'services/ingest', mayImport: [...adapters, 'access', 'policy', 'user-names'] },
  scorer: { folder: 'services/scorer', mayImport: [...adapters, 'policy', 'risk-engine'] },
  'session-guard': {
    folder: 'services/session-guard',
    mayImport: [...adapters, 'access', 'policy', 'session-lock', 'admission', 'plain-token', 'user-names'],
  },
  auditor: { folder: 'services/auditor', mayImport: [...adapters, 'access', 'clickhouse'] },
  notifier: { folder: 'services/notifier', mayImport: [...adapters, 'access', 'notification'] },
  frames: { folder: 'sdk/frames', mayImport: [], pure: true },
  node: { folder: 'sdk/node', mayImport: ['frames', 'plain-token', 'user-names'] },
  browser: { folder: 'sdk/browser', mayImport: ['frames', 'user-names'] },
  'demo-bank': { folder: 'apps/demo-bank', mayImport: ['node', 'browser'] },
  cli: {
    folder: 'apps/cli',
    mayImport: [
      ...adapters,
      'access',
      'policy',
      'clickhouse',
      'user-names',
      'ingest',
      'scorer',
      'session-guard',
      'notifier',
      'auditor',
      'demo-bank',
    ],
  },
  'mfa-consumer': { folder: 'examples/mfa-consumer', mayImport: ['contracts', 'event-log'] },
  dashboards: {
    folder: 'dashboards',
    mayImport: ['auditor', 'cli', 'clickhouse', 'contracts', 'event-log', 'service-kit'],
  },
  tools: {
    folder: 'tools',
    mayImport: [
      'dashboards',
      'access',
      'contracts',
      'event-log',
      'policy',
      'risk-engine',
      'session-lock',
      'cli',
      'service-host',
      'service-kit',
      'ingest',
      'session-guard',
      'notifier',
      'auditor',
      'clickhouse',
      'node',
    ],
  },
  'load-tests': {
    folder: 'load-tests',
    mayImport: [
      ...adapters,
      'access',
      'policy',
      'risk-engine',
      'clickhouse',
      'ingest',
      'scorer',
      'session-guard',
      'notifier',
      'auditor',
      'node',
      'dashboards',
      'tools',
    ],
  },
}

/** What a pure part may not name, because its answer would not depend on its arguments alone. */
export const impure: readonly RegExp[] = [
  /\bDate\b/,
  /\bMath\.random\b/,
  /\bprocess\b/,
  /\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/,
  /\bfetch\(/,
  /\bcrypto\b/,
  /\bconsole\b/,
]
