import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Policies } from '@watchword/policy'
import { stagesReadiness } from '@watchword/service-host'
import type { Readiness } from '@watchword/service-kit'
import {
  type Clock,
  createStageRunner,
  type StageMetrics,
  type StageRunner,
  type StateStore,
  type StreamError,
} from '@watchword/stream'
import { createAwaitedPolicies } from './awaited-policies.ts'
import { createEntityStage } from './entity-stage.ts'
import { createProfileStage } from './profile-stage.ts'

/** What it says tells strangers from known devices at the next login: long before that. */
const entityGatherMs = 50

/** Names of the stages, and so of their state. */
export type ScorerStage = 'profile' | 'entity'

export type ScorerDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  policies: Policies
  clock: Clock
  /** The state of a stage that reads `topic`; closed by the scorer. */
  openState: (
    stage: ScorerStage,
    stateVersion: string,
    topic: string,
    readableVersions?: readonly string[],
  ) => Promise<StateStore>
  stageMetrics: (stage: ScorerStage) => StageMetrics
  onFatal: (error: StreamError, partition: number | null) => void
}>

/** The scorer at work. */
export interface Scorer {
  ready(): Readiness
  stop(): Promise<void>
}

/** A record that names a policy which is not known here. */
class UnknownPolicyError extends Error {
  override readonly name = 'UnknownPolicyError'
  readonly code = 'unknown-policy'
}

/** Runs the profile stage and the entity stage. */
export async function createScorer(deps: ScorerDeps): Promise<Scorer> {
  const { log, codecs, policies, clock, onFatal } = deps
  const awaited = createAwaitedPolicies({ codecs, policies, clock })
  const profile = createProfileStage({
    codecs: { ...codecs, activity: { ...codecs.activity, decode: awaited.decode } },
    policyOf(tenant, hash) {
      const policy = policies.byHash(tenant, hash)
      if (!policy) throw new UnknownPolicyError('the activity names a policy that is not on the log')
      return policy
    },
  })
  const entity = createEntityStage(codecs)
  const profileState = await deps.openState('profile', profile.stateVersion, profile.input, profile.readableVersions)
  const entityState = await deps.openState('entity', entity.stateVersion, entity.input)
  const runners: StageRunner[] = [
    await createStageRunner(
      entity,
      { gatherMs: entityGatherMs },
      { log, store: entityState, clock, metrics: deps.stageMetrics('entity'), onFatal },
    ),
    await createStageRunner(
      profile,
      {},
      { log, store: profileState, clock, metrics: deps.stageMetrics('profile'), prepare: awaited.prepare, onFatal },
    ),
  ]

  return {
    ready: () => stagesReadiness(runners),
    async stop() {
      await Promise.all(runners.map((runner) => runner.stop()))
      await Promise.all([profileState.close(), entityState.close()])
    },
  }
}
