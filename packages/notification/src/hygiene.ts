import { isMilestone } from './milestones.ts'
import { kindRules, type NotificationKind } from './kinds.ts'

/** Something that may be worth telling, under the id that it would have. Two with the same kind, cause and device are the same. */
export type Occasion = Readonly<{ id: string; kind: NotificationKind; cause: string; device: string | null }>

/** What was held back because there was too much of its kind, to be told together; `id` is of the first of them. */
export type Digest = Readonly<{ id: string; kind: NotificationKind; count: number; dueAt: number }>

/** What was told to a user lately, oldest first, how much was held back since, and what is being gathered; times in epoch milliseconds. */
export type ToldState = Readonly<{
  told: readonly Readonly<{ key: string; kind: NotificationKind; at: number }>[]
  heldBack: Readonly<Partial<Record<NotificationKind, number>>>
  digests: Readonly<Partial<Record<NotificationKind, Digest>>>
}>

export const nothingTold: ToldState = { told: [], heldBack: {}, digests: {} }

/**
 * What becomes of an occasion. `similar` counts those of its kind that were held back since one was last told. `digest` is what the log has to say of a digest
 * from now on; with a count of 0 it is off, for what was just told has counted it.
 */
export type Verdict = Readonly<
  { state: ToldState; digest?: Digest } & (
    | { tell: true; similar: number }
    | { tell: false; why: 'cool-down' | 'too-many' }
  )
>

const hourMs = 3_600_000
/** Whoever tries to fill the memory makes it forget the oldest, after which the same may be told once more. */
const toldMax = 200

/**
 * Tells the first of a kind always, and holds others back while the same was told within its cool-down, or as many of its kind as the rule allows
 * within the hour. So for everything that is held back something of its kind was told within the cool-down before it. The next that is told counts it; and what was
 * not the same as anything told is told within the hour in any case, by the next of its kind or by a digest.
 */
export function consider(before: ToldState, occasion: Occasion, at: number): Verdict {
  const { kind } = occasion
  const { coolDownMs, perHourMax } = kindRules[kind]
  const told = before.told.filter((one) => at - one.at < kindRules[one.kind].coolDownMs)
  const state = withoutDue({ ...before, told }, kind, at)
  const key = keyOf(occasion)
  if (told.some((one) => one.key === key && at - one.at < coolDownMs))
    return { tell: false, why: 'cool-down', state: oneMoreHeldBack(state, kind) }
  const lately = told.filter((one) => one.kind === kind && at - one.at < hourMs)
  if (lately.length >= perHourMax) return gathered(oneMoreHeldBack(state, kind), occasion, at)
  const { [kind]: similar = 0, ...heldBack } = state.heldBack
  const { [kind]: digest, ...digests } = state.digests
  const next = { told: [...told.slice(1 - toldMax), { key, kind, at }], heldBack, digests }
  return { tell: true, similar, state: next, ...(digest === undefined ? {} : { digest: { ...digest, count: 0 } }) }
}

/** A digest whose time has come was told, with all that it had counted. */
function withoutDue(state: ToldState, kind: NotificationKind, at: number): ToldState {
  const { [kind]: digest, ...digests } = state.digests
  if (digest === undefined || at < digest.dueAt) return state
  const { [kind]: held = 0, ...others } = state.heldBack
  const rest = held - digest.count
  return { ...state, digests, heldBack: rest === 0 ? others : { ...others, [kind]: rest } }
}

function oneMoreHeldBack(state: ToldState, kind: NotificationKind): ToldState {
  return { ...state, heldBack: { ...state.heldBack, [kind]: (state.heldBack[kind] ?? 0) + 1 } }
}

function gathered(state: ToldState, { id, kind }: Occasion, at: number): Verdict {
  const before = state.digests[kind] ?? { id, kind, count: 0, dueAt: at + hourMs }
  const digest = { ...before, count: before.count + 1 }
  const held = {
    tell: false,
    why: 'too-many',
    state: { ...state, digests: { ...state.digests, [kind]: digest } },
  } as const
  return isMilestone(digest.count) ? { ...held, digest } : held
}

/** Parts that cannot run into each other. */
function keyOf({ kind, cause, device }: Occasion): string {
  return JSON.stringify([kind, cause, device])
}
