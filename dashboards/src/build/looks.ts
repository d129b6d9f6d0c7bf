import {
  FieldColorBuilder,
  FieldColorModeId,
  type DynamicConfigValue,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** A value and all above it have this colour. */
export type Step = readonly [from: number, color: string]

export function thresholdsOf(steps: readonly Step[]): ThresholdsConfigBuilder {
  const [lowest, ...others] = steps
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    // The lowest has no beginning.
    { value: null, color: lowest?.[1] ?? 'text' },
    ...others.map(([value, color]) => ({ value, color })),
  ])
}

/** Nothing to see at 0, something at 1 and more. */
export const quietAtZero: readonly Step[] = [
  [0, 'green'],
  [1, 'orange'],
]

/** One colour, because a number is neither good nor bad. */
export const plain: readonly Step[] = [[0, 'text']]

/** The cuts of the balanced profile. */
export const scoreSteps: readonly Step[] = [
  [0, 'green'],
  [50, 'orange'],
  [70, 'red'],
]

/** What words mean, in one colour everywhere. */
const colors = {
  allow: 'green',
  notify: 'blue',
  'step-up': 'orange',
  deny: 'red',
  LOW: 'green',
  MEDIUM: 'orange',
  HIGH: 'red',
  locked: 'red',
  unlocked: 'green',
  'session ended': 'blue',
  'session-locked': 'red',
  'unlocked-by-verification': 'green',
  'unlocked-by-operator': 'blue',
  passed: 'green',
  failed: 'red',
} as const satisfies Readonly<Record<string, string>>

/**
 * Overrides that give a series its colour, by a pattern of names: the label that ends with the word. Overrides are matched before the panel's own names are given, and
 * until then the name of a column may stand before the label.
 */
export function colorOfSeries(): readonly (readonly [pattern: string, properties: DynamicConfigValue[]])[] {
  return Object.entries(colors).map(([word, fixedColor]) => [
    `/(^| )${word}$/`,
    [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }],
  ])
}

/** Mappings that give the word in a cell its colour. */
export const coloredWords = [
  {
    type: MappingType.ValueToText as const,
    options: Object.fromEntries(
      Object.entries(colors).map(([word, color], index) => [word, { color, index, text: word }]),
    ),
  },
]

export const byThreshold: FieldColorBuilder = new FieldColorBuilder().mode(FieldColorModeId.Thresholds)
export const byName: FieldColorBuilder = new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName)
