import type { LogRecord } from '@watchword/event-log'
import type { Stage, StageContext, StageOutput } from '../stage.ts'

export type AdderState = Readonly<{ sum: number; count: number; degraded: boolean; time: number }>
export type AdderInput = Readonly<{ amount: number; at: number }>
export type AdderOutputs = { sum: number; latest: string; spread: number }

const text = (value: unknown): Uint8Array => Buffer.from(String(value))

/**
 * Adds up numbers by key. An input is `<amount>` or `<amount>@<time>`; anything else cannot be decoded, 666 cannot be
 * folded, 0 says nothing and -1 forgets the key.
 */
export const adderStage: Stage<AdderState, AdderInput, AdderOutputs> = {
  name: 'adder',
  input: 'in',
  decode(record: LogRecord) {
    const found = /^(-?\d+)(?:@(\d+))?$/.exec(Buffer.from(record.value ?? []).toString())
    if (found === null) throw new SyntaxError(`cannot read ${Buffer.from(record.value ?? []).toString()}`)
    return { amount: Number(found[1]), at: Number(found[2] ?? 0) }
  },
  timeOf: (input) => input.at,
  fold(state, { amount }, { time }) {
    if (amount === 666) throw new RangeError('cannot fold it')
    if (amount === 0) return { state, outputs: [] }
    if (amount === -1) return { state: undefined, outputs: [{ output: 'latest', key: 'forgotten', value: null }] }
    const next = {
      sum: (state?.sum ?? 0) + amount,
      count: (state?.count ?? 0) + 1,
      degraded: state?.degraded ?? false,
      time,
    }
    return { state: next, outputs: say(next) }
  },
  degrade(state, key, { time }: StageContext) {
    const next = { ...(state ?? { sum: 0, count: 0 }), degraded: true, time }
    return { state: next, outputs: [{ output: 'latest', key, value: 'degraded' }] }
  },
  encodeState: (state) => text(JSON.stringify(state)),
  decodeState: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as AdderState,
  stateVersion: '1',
  outputs: {
    sum: { topic: 'sum', encode: text, coPartitioned: true, compacted: false, ceType: 'test.sum' },
    latest: { topic: 'latest', encode: text, coPartitioned: true, compacted: true, ceType: (value) => `test.${value}` },
    spread: { topic: 'spread', encode: text, coPartitioned: false, compacted: false, ceType: 'test.spread' },
  },
}

function say({ sum, count }: AdderState): readonly StageOutput<AdderOutputs>[] {
  const outputs: StageOutput<AdderOutputs>[] = [{ output: 'sum', key: `sum-${count}`, value: sum }]
  if (sum % 2 === 0) outputs.push({ output: 'latest', key: `parity-${count % 3}`, value: 'even' })
  if (sum % 3 === 0) outputs.push({ output: 'spread', key: `spread-${sum}`, value: sum })
  return outputs
}
