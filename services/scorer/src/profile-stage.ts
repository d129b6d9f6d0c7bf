import {
  decisionHeader,
  entityKey,
  type Activity,
  type ActivityRecord,
  type AssessmentRecord,
  type Codecs,
  logTimeOf,
  type MfaRecord,
  type Sighting,
  topicOf,
  userKey,
  type Verification,
  wholeTenant,
} from '@watchword/contracts'
import type { PolicyVersion } from '@watchword/policy'
import {
  applyVerification,
  assess,
  type Assessment,
  forgetLearned,
  observe,
  type Profile,
} from '@watchword/risk-engine'
import type { Folded, Stage, StageContext } from '@watchword/stream'
import { activityFacts } from './activity-facts.ts'
import { assessmentRecord } from './assessment-record.ts'
import { distrust } from './degraded.ts'
import { vouchedByEnrolment } from './enrolment.ts'
import { withFailedRules } from './failed-rules.ts'
import { isAskedFirst, lockAsked, mfaRequired } from './mfa-required.ts'
import { formerProfileLayouts, profileRowLayout } from './profile-row.ts'
import { decodeProfileState, emptyState, encodeProfileState, type ProfileState } from './profile-state.ts'
import { isRecent, recentId, withRecent } from './recent-ids.ts'
import { newSightings } from './sightings.ts'
import { profileAfterVerdict } from './verdict.ts'

export type ProfileOutputs = {
  sighting: Sighting
  mfa: MfaRecord
  /** To the tenant's key, wherever that is. */
  asked: MfaRecord
  assessment: AssessmentRecord
}

export type ProfileStageDeps = Readonly<{
  codecs: Pick<Codecs, 'activity' | 'assessment' | 'mfa' | 'sighting'>
  /** The policy with this hash; throws when it is not known. */
  policyOf: (tenant: string, hash: string) => PolicyVersion
}>

type Result = Folded<ProfileState, ProfileOutputs>

/** Activities, outcomes of the lock stage, verdicts and resets -> the user's profile; an assessment for every activity, mfa-required where proof is needed. */
export function createProfileStage(deps: ProfileStageDeps): Stage<ProfileState, ActivityRecord, ProfileOutputs> {
  const { codecs, policyOf } = deps
  return {
    name: 'profile',
    input: topicOf('activity'),
    stateVersion: profileRowLayout,
    readableVersions: formerProfileLayouts,
    decode: (record) => timely(codecs.activity.decode(record.value ?? new Uint8Array()), record.timestamp),
    timeOf: (input) => input.receivedAt,
    // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
    fold(state = emptyState, input, context) {
      const { body } = input
      switch (body.type) {
        case 'activity':
          return foldActivity(state, input, body.data, policyOf(input.tenant, body.data.policy), context)
        case 'verification':
          return foldVerification(state, input, body.data, context)
        case 'verdict':
          return changed(state, input, profileAfterVerdict(state.profile, body.data, context.time), context)
        case 'profile-reset':
          return changed(state, input, forgetLearned(state.profile), context)
      }
    },
    degrade: (state = emptyState) => ({ state: { ...state, degraded: true }, outputs: [] }),
    encodeState: encodeProfileState,
    decodeState: decodeProfileState,
    outputs: {
      sighting: {
        topic: topicOf('sighting'),
        encode: codecs.sighting.encode,
        coPartitioned: false,
        compacted: false,
        ceType: 'watchword.sighting',
      },
      mfa: output('mfa', codecs.mfa.encode, 'watchword.mfa-required'),
      asked: { ...output('mfa', codecs.mfa.encode, 'watchword.lock-asked'), coPartitioned: false },
      assessment: output('assessment', codecs.assessment.encode, 'watchword.assessment'),
    },
  }
}

/** The time of a fold never goes back: until a clock that was far ahead is caught up, everything would seem to happen at one moment. */
function timely(record: ActivityRecord, takenAt: number): ActivityRecord {
  const receivedAt = logTimeOf(record.receivedAt, takenAt)
  return receivedAt === record.receivedAt ? record : { ...record, receivedAt }
}

function output<Value>(name: 'mfa' | 'assessment', encode: (value: Value) => Uint8Array, ceType: string) {
  return { topic: topicOf(name), encode, coPartitioned: true, compacted: false, ceType }
}

/** Who looks for the few decisions that are not "allow" need not decode the others. */
const decisionHeaders = {
  allow: {},
  notify: { headers: { [decisionHeader]: 'notify' } },
  'step-up': { headers: { [decisionHeader]: 'step-up' } },
  deny: { headers: { [decisionHeader]: 'deny' } },
} as const

function foldActivity(
  state: ProfileState,
  record: ActivityRecord,
  activity: Activity,
  policy: PolicyVersion,
  context: StageContext,
): Result {
  const id = recentId(activity.app, activity.id)
  if (isRecent(state.recent, id, context.time)) return { state, outputs: [] }

  const facts = { ...activityFacts(record, activity), receivedAt: context.time }
  const judged = assess(facts, state.profile, policy.compiled, policy.ruleMatches)
  const explained = withFailedRules(judged, facts, policy)
  const assessment = state.degraded ? distrust(explained, facts, policy.document) : explained
  const profile = observe(state.profile, facts, assessment)
  const key = userKey(record.tenant, record.user)
  return {
    state: { ...state, profile, recent: withRecent(state.recent, id, context.time) },
    outputs: [
      ...demanded(record, activity, assessment, policy, context),
      ...sightingOutputs(newSightings(state.profile, profile, record, context.time)),
      {
        output: 'assessment',
        key,
        value: assessmentRecord(record, activity, assessment, policy, context),
        ...decisionHeaders[assessment.decision],
      },
    ],
  }
}

function demanded(
  record: ActivityRecord,
  activity: Activity,
  assessment: Assessment,
  policy: PolicyVersion,
  context: StageContext,
): Result['outputs'] {
  const { lock: demand } = assessment
  if (demand === null) return []
  const { tenant, user } = record
  const about = { activity, assessment, demand, policy }
  return isAskedFirst(demand)
    ? [{ output: 'asked', key: userKey(tenant, wholeTenant), value: lockAsked(record, about, context) }]
    : [{ output: 'mfa', key: userKey(tenant, user), value: mfaRequired(record, about, context) }]
}

function foldVerification(
  state: ProfileState,
  record: ActivityRecord,
  verification: Verification,
  context: StageContext,
): Result {
  const enrolled = verification.kind === 'factor-added' ? vouchedByEnrolment(state.profile, verification) : []
  const outcome = {
    ...verification,
    app: verification.app ?? '',
    device: verification.context?.device ?? null,
    vouched: [...verification.vouched, ...enrolled],
    at: context.time,
  }
  const profile = applyVerification(state.profile, outcome)
  return {
    state: { ...state, profile, degraded: state.degraded && verification.kind !== 'passed' },
    outputs: sightingOutputs(newSightings(state.profile, profile, record, context.time)),
  }
}

function changed(state: ProfileState, record: ActivityRecord, profile: Profile, { time }: StageContext): Result {
  return { state: { ...state, profile }, outputs: sightingOutputs(newSightings(state.profile, profile, record, time)) }
}

function sightingOutputs(sightings: readonly Sighting[]) {
  return sightings.map((value) => ({ output: 'sighting', key: entityKey(value), value }) as const)
}
