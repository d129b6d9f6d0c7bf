import { kindRules, type NotificationKind } from './kinds.ts'

/** Something that may be worth telling. Two with the same kind, cause and device are the same. */
export type Occasion = Readonly<{ kind: NotificationKind; cause: string; device: string | null }>

/** What was told to a user lately, oldest first, and how much was held back since; times in epoch milliseconds. */
export type ToldState = Readonly<{
  told: readonly Readonly<{ key: string; kind: NotificationKind; at: number }>[]
  heldBack: Readonly<Partial<Record<NotificationKind, number>>>
}>

export const nothingTold: ToldState = { told: [], heldBack: {} }

/** What becomes of an occasion. `similar` counts those of its kind that were held back since one was last told. */
export type Verdict = Readonly<
  { state: ToldState } & ({ tell: true; similar: number } | { tell: false; why: 'cool-down' | 'too-many' })
>

const hourMs = 3_600_000
/** Whoever tries to fill the memory makes it forget the oldest, after which the same may be told once more. */
const toldMax = 200

/**
 * Tells the first of a kind always, and holds others back while the same was told within its cool-down, or as many of its kind as the rule allows
 * within the hour. So for everything that is held back something of its kind was told within the cool-down before it, and the next that is told counts it.
 */
export function consider(before: ToldState, occasion: Occasion, at: number): Verdict {
  const { kind } = occasion
  const { coolDownMs, perHourMax } = kindRules[kind]
  const told = before.told.filter((one) => at - one.at < kindRules[one.kind].coolDownMs)
  const key = keyOf(occasion)
  if (told.some((one) => one.key === key && at - one.at < coolDownMs)) return holdBack(before, told, kind, 'cool-down')
  const lately = told.filter((one) => one.kind === kind && at - one.at < hourMs)
  if (lately.length >= perHourMax) return holdBack(before, told, kind, 'too-many')
  const { [kind]: similar = 0, ...heldBack } = before.heldBack
  return { tell: true, similar, state: { told: [...told.slice(1 - toldMax), { key, kind, at }], heldBack } }
}

function holdBack(
  { heldBack }: ToldState,
  told: ToldState['told'],
  kind: NotificationKind,
  why: 'cool-down' | 'too-many',
): Verdict {
  return { tell: false, why, state: { told, heldBack: { ...heldBack, [kind]: (heldBack[kind] ?? 0) + 1 } } }
}

/** Parts that cannot run into each other. */
function keyOf({ kind, cause, device }: Occasion): string {
  return JSON.stringify([kind, cause, device])
}
