import {
  type ActivityRecord,
  type Codecs,
  type FactorState,
  type LockState,
  type MfaRecord,
  type SessionRecord,
  splitUserKey,
  topicOf,
  userKey,
  wholeTenant,
} from '@watchword/contracts'
import {
  decideOnce,
  initialState,
  isEmpty,
  type LockBudget,
  type LockCommand,
  type LockEvent,
  relaysOf,
  remember,
  retryAt,
  sessionLock,
  type UserLocks,
} from '@watchword/session-lock'
import type { Folded, OutputSpec, Stage, StageContext, StageOutput } from '@watchword/stream'
import { signCommand } from './command-mac.ts'
import { degradedCommand } from './degraded-command.ts'
import { foldLockAsked, type LockAnswer } from './lock-asked.ts'
import { lockCommandOf } from './lock-command.ts'
import { type LockInput, readInbox } from './lock-input.ts'
import { factorStateOf, lockStateOf, type Owner } from './lock-record.ts'
import { relayedCommand } from './relayed-commands.ts'
import { scorerFacts } from './scorer-facts.ts'
import { type SessionBody, sessionBodyOf, showsInLockState } from './session-body.ts'

export type LockOutputs = {
  lock: LockState
  factor: FactorState
  session: SessionRecord
  activity: ActivityRecord
  /** Of one user's fold to another's, through the inbox and in order with everything else there. */
  relay: MfaRecord
}

export type LockStageDeps = Readonly<{
  codecs: Pick<Codecs, 'mfa' | 'lock' | 'factor' | 'session' | 'activity'>
  commandKey: Uint8Array
  /** Further keys whose commands are obeyed; none by default. */
  otherCommandKeys?: readonly Uint8Array[]
  /** A command without session-guard's MAC was skipped. */
  onMacRefused: (partition: number, offset: number) => void
  /** A tenant was asked whether a demand that nothing proves may lock a user. */
  onLockAsked: (tenant: string, answer: LockAnswer) => void
}>

/** Of a user; or of a tenant, which is asked before its users are locked on nothing proven. */
export type LockStageState = UserLocks | LockBudget

type Result = Folded<LockStageState, LockOutputs>

/** The one inbox -> the locks of every user, what happened to them, and the answer to every command. */
export function createLockStage(deps: LockStageDeps): Stage<LockStageState, LockInput, LockOutputs> {
  const { codecs } = deps
  return {
    name: 'lock',
    input: topicOf('mfa'),
    stateVersion: 'lock-1',
    decode: (record) => readInbox(record, deps),
    // What is not obeyed does not move the clock either.
    timeOf: ({ isAuthentic, at }) => (isAuthentic ? at : 0),
    fold: (state, input, context) => fold(state, input, context, deps),
    degrade(state, key, context) {
      const owner = splitUserKey(key)
      // An unreadable question of a tenant names nobody: what was granted stays as it is.
      if (owner.user === wholeTenant) return { state, outputs: [] }
      return obey(locksOf(state), degradedCommand(context), owner, key, context, deps)
    },
    encodeState: (state) => Buffer.from(JSON.stringify(state)),
    decodeState,
    outputs: {
      lock: { ...output('lock', codecs.lock.encode, 'watchword.lock'), compacted: true },
      factor: { ...output('factor', codecs.factor.encode, 'watchword.factor'), compacted: true },
      session: output('session', codecs.session.encode, (value) => `watchword.${value?.body.type}`),
      activity: output('activity', codecs.activity.encode, (value) => `watchword.${value?.body.type}`),
      relay: {
        ...output('mfa', codecs.mfa.encode, (value) =>
          // A demand is one for every reader, whoever passes it on.
          value?.body.type === 'mfa-required' ? 'watchword.mfa-required' : `watchword.mfa.${value?.body.type}`,
        ),
        coPartitioned: false,
      },
    },
  }
}

function output<Value>(
  name: 'lock' | 'factor' | 'session' | 'activity' | 'mfa',
  encode: (value: Value) => Uint8Array,
  ceType: OutputSpec<Value>['ceType'],
): OutputSpec<Value> {
  return { topic: topicOf(name), encode, coPartitioned: true, compacted: false, ceType }
}

function fold(state: LockStageState | undefined, input: LockInput, context: StageContext, deps: LockStageDeps): Result {
  const { record, isAuthentic } = input
  if (!isAuthentic) {
    deps.onMacRefused(context.partition, context.offset)
    return { state, outputs: [] }
  }
  const { tenant, user, commandId, body } = record
  if (body.type === 'lock-asked') return foldLockAsked(budgetOf(state), record, body.data, context, deps)
  const command = lockCommandOf({ user, commandId, body }, context, context.time)
  return obey(locksOf(state), command, { tenant, user }, userKey(tenant, user), context, deps)
}

function locksOf(state: LockStageState | undefined): UserLocks {
  return state !== undefined && 'locks' in state ? state : initialState
}

function budgetOf(state: LockStageState | undefined): LockBudget | undefined {
  return state !== undefined && 'granted' in state ? state : undefined
}

function obey(
  before: UserLocks,
  command: LockCommand,
  owner: Owner,
  key: string,
  context: StageContext,
  { commandKey }: LockStageDeps,
): Result {
  const decision = decideOnce(command, before)
  const events = decision.accepted ? decision.events : []
  const { state: evolved, said } = evolveAll(before, events)
  const after = remember(evolved, command)
  const last: SessionBody = decision.accepted
    ? { type: 'command-accepted', data: {} }
    : {
        type: 'command-refused',
        data: {
          command: command.type,
          refusal: decision.refusal,
          retryAt: retryAt(after, context.time, decision.refusal),
        },
      }
  const answer = said.length === 0 ? [{ body: last, seq: after.seq }] : said
  const at = Math.max(after.at, context.time)
  const session = answer.map(({ body, seq }, index): StageOutput<LockOutputs> => {
    const commandId = index === answer.length - 1 ? command.commandId : null
    return { output: 'session', key, value: { ...owner, at, seq, commandId, body } }
  })
  const activity = scorerFacts(events, after).map(
    (body): StageOutput<LockOutputs> => ({ output: 'activity', key, value: { ...owner, receivedAt: at, body } }),
  )
  const relay = relaysOf(command, owner.user, decision).map(
    (one): StageOutput<LockOutputs> => ({
      output: 'relay',
      key: userKey(owner.tenant, one.user),
      value: signCommand(commandKey, relayedCommand(one, owner.tenant, context.time)),
    }),
  )
  // Locks first, and what the scorer is told: whoever reads the answer finds the lock state that it speaks of, and is judged by it from then on.
  const outputs = [...compacted(before, after, said, owner, key, context.offset), ...activity, ...session, ...relay]
  // The ids of signed commands are kept even of a user without anything else: the same bytes must not be obeyed twice.
  const isWorthless = isEmpty(after) && (command.type === 'RequireVerification' || command.type === 'WithholdLock')
  return { state: isWorthless ? undefined : after, outputs }
}

type Said = Readonly<{ body: SessionBody; seq: number }>

function evolveAll(
  before: UserLocks,
  events: readonly LockEvent[],
): Readonly<{ state: UserLocks; said: readonly Said[] }> {
  let state = before
  const said: Said[] = []
  for (const event of events) {
    state = sessionLock.evolve(state, event)
    const body = sessionBodyOf(event, state, events)
    if (body !== null) said.push({ body, seq: state.seq })
  }
  return { state, said }
}

function compacted(
  before: UserLocks,
  after: UserLocks,
  said: readonly Said[],
  owner: Owner,
  key: string,
  version: number,
): readonly StageOutput<LockOutputs>[] {
  const outputs: StageOutput<LockOutputs>[] = []
  if (said.some(({ body }) => showsInLockState(body)))
    outputs.push({ output: 'lock', key, value: isEmpty(after) ? null : lockStateOf(owner, after, version) })
  if (JSON.stringify(before.factors) !== JSON.stringify(after.factors))
    outputs.push({
      output: 'factor',
      key,
      value: after.factors.length === 0 ? null : factorStateOf(owner, after, version),
    })
  return outputs
}

/** Of what a lock was made before it told the grounds, the earliest cause, or what was confirmed to be somebody else's. */
const ofOldLocks = { grounds: 'proven', compromised: [] } as const

function lockOf(lock: UserLocks['locks'][number]): UserLocks['locks'][number] {
  const causes = lock.causes.map((cause) => ({ ...cause, assessment: cause.assessment ?? null }))
  const suspectSince = lock.suspectSince ?? Math.min(lock.since, ...causes.map(({ time }) => time))
  return { ...ofOldLocks, ...lock, causes, suspectSince }
}

function decodeState(bytes: Uint8Array): LockStageState {
  const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<UserLocks> | LockBudget
  if ('granted' in state) return state
  if (!Array.isArray(state.locks) || !Array.isArray(state.factors) || typeof state.seq !== 'number')
    throw new TypeError('not the locks of a user')
  // States written before wrong answers in a row were counted, or before there were resets or authorizations, begin with none; locks were proven, and nothing is known of how keys were kept.
  const locks = state.locks.map(lockOf)
  const factors = state.factors.map((factor) => ({ ...factor, backedUp: factor.backedUp ?? null }))
  return { ...initialState, ...state, locks, factors, attempts: { ...initialState.attempts, ...state.attempts } }
}
