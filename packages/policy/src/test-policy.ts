import {
  type Activity,
  type ActivityAgent,
  type Assessment,
  assess,
  emptyProfile,
  observe,
  type Profile,
} from '@watchword/risk-engine'
import { canonicalUser, exactNames } from '@watchword/user-names'
import { compileDocument, type ReadyPolicy } from './compile-document.ts'
import type { PolicyDocument, PolicyTest } from './policy-schema.ts'
import { type ConnectionOutcome, testConnection } from './test-connection.ts'
import { testActivity } from './test-activity.ts'

/** What became of one of the policy's own tests; `actual` is the judgement of its last activity, or what the policy asks of its connection. */
export type PolicyTestResult = Readonly<{
  name: string
  passed: boolean
  /** What is otherwise than expected, one line each. */
  differences: readonly string[]
  actual: Judgement | ConnectionOutcome
}>

type Judgement = Readonly<{ level: string; decision: string; score: number; signals: readonly string[] }>

export type TestPolicyDeps = Readonly<{
  /** Default: browser and system stay unknown, only the hash tells agents apart. */
  agentOf?: (userAgent: string) => ActivityAgent | null
}>

type Owners = Map<string, string>
type JudgedTest = Required<Pick<PolicyTest, 'name' | 'activities' | 'expect'>>

const startMs = Date.UTC(2026, 0, 1)
const stepMs = 60_000

/** Runs the tests of a policy through the risk engine, each from an empty state. Pure: time is that of the activities, a minute apart where they name none. */
export function testPolicy(document: PolicyDocument, deps: TestPolicyDeps = {}): readonly PolicyTestResult[] {
  const policy = compileDocument(document)
  const { agentOf = unparsedAgent } = deps
  return document.tests.map(({ name, activities, connection, expect }) => {
    if (connection !== undefined) return testConnection({ name, connection, expect }, policy)
    if (activities !== undefined) return runTest({ name, activities, expect }, policy, agentOf)
    throw new RangeError('a test of nothing, which parsePolicy would refuse')
  })
}

function runTest(
  { name, activities, expect }: JudgedTest,
  policy: ReadyPolicy,
  agentOf: (userAgent: string) => ActivityAgent | null,
): PolicyTestResult {
  const profiles = new Map<string, Profile>()
  const owners: Owners = new Map()
  let time = startMs
  let last: Assessment | undefined
  for (const [index, raw] of activities.entries()) {
    const user = typeof raw['user'] === 'string' ? (canonicalUser(raw['user'], exactNames) ?? '') : ''
    const read = testActivity(raw, { policy, index, fallbackTime: time + stepMs, agentOf })
    const activity = { ...read, facts: factsOf(read, user, owners) }
    const profile = profiles.get(user) ?? emptyProfile
    last = assess(activity, profile, policy.compiled, policy.ruleMatches)
    profiles.set(user, observe(profile, activity, last))
    time = activity.receivedAt
  }
  if (last === undefined) throw new RangeError('a test without activities, which parsePolicy would refuse')
  const signals = last.signals.filter(({ status }) => status === 'evidence').map(({ code }) => code)
  const actual = { level: last.level, decision: last.decision, score: last.score, signals }
  const differences = differencesOf(expect, actual)
  return { name, passed: differences.length === 0, differences, actual }
}

function differencesOf(expect: PolicyTest['expect'], actual: Judgement): readonly string[] {
  const differences: string[] = []
  if (expect.level !== undefined && expect.level !== actual.level)
    differences.push(`level: expected ${expect.level}, got ${actual.level} (score ${actual.score})`)
  if (expect.decision !== undefined && expect.decision !== actual.decision)
    differences.push(`decision: expected ${expect.decision}, got ${actual.decision}`)
  for (const code of expect.signals ?? [])
    if (!actual.signals.includes(code)) differences.push(`signals: ${code} is missing`)
  return differences
}

function factsOf(activity: Activity, user: string, owners: Owners): Activity['facts'] {
  const address = activity.network?.kind === 'public' ? activity.network.address : null
  return {
    deviceShared: isShared(`device ${activity.device}`, activity.device, user, owners),
    fingerprintShared: isShared(`fingerprint ${activity.fingerprint}`, activity.fingerprint, user, owners),
    ipShared: isShared(`address ${address}`, address, user, owners),
  }
}

function isShared(key: string, value: string | null, user: string, owners: Owners): boolean {
  if (value === null) return false
  const first = owners.get(key)
  if (first === undefined) owners.set(key, user)
  // The empty text stands for more than one owner: no user has it.
  else if (first !== user) owners.set(key, '')
  return owners.get(key) !== user
}

function unparsedAgent(userAgent: string): ActivityAgent {
  return { browser: null, browserVersion: null, os: null, osVersion: null, deviceType: null, hash: userAgent }
}
