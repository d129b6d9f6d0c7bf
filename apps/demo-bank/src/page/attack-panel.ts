import type { BankApi } from './bank-api.ts'
import { busy, element, notice } from './element.ts'
import { type Judgement, judgementBlock } from './judgement-block.ts'

type Step = { readonly text: string; readonly outcome: 'done' | 'admitted' | 'refused'; readonly judgement?: Judgement }

const attacks = [
  ['replay', 'Replay my cookies', 'A copy of them, used in São Paulo with another browser'],
  ['replay-again', 'Use the copy again', 'After you have confirmed that it is you'],
  ['new-device', 'Sign in with my password', 'From a new device in Warsaw'],
  ['travel', 'Impossible journey', 'Your own browser, all at once in Sydney'],
  ['export', 'Mass export', '25 000 customers at once, from your desk'],
] as const

/** Attacks on one's own session, and what came of them. */
export type AttackPanel = {
  readonly root: HTMLElement
  /** Attacks make sense once there is a second factor to answer with. */
  readonly allow: (hasFactor: boolean) => void
}

export const attackPanel = (api: BankApi, onDone: () => void): AttackPanel => {
  const said = notice()
  const steps = element('ol', { class: 'steps', 'aria-live': 'polite' })
  const group = element('fieldset', { disabled: true })
  const hint = element('p', {}, 'Set up your second factor first: without one nobody could open what an attack locks.')
  const run = (kind: string): void => {
    void busy(
      group,
      (words) => (said.value = words),
      async () => {
        const { steps: taken } = await api.post<{ steps: readonly Step[] }>('demo/attacks', { kind })
        steps.replaceChildren(...taken.map(stepRow))
        onDone()
      },
    )
  }
  group.append(
    ...attacks.map(([kind, name, text]) =>
      element(
        'button',
        { type: 'button', class: 'attack', 'data-attack': kind, onclick: () => run(kind) },
        element('strong', {}, name),
        element('span', {}, text),
      ),
    ),
  )
  const root = element(
    'section',
    { class: 'card danger', id: 'attacks' },
    element('p', { class: 'tag' }, 'Demo'),
    element('h2', {}, 'Try an attack'),
    element('p', {}, 'Each goes through the same guard as your own requests.'),
    hint,
    group,
    said,
    steps,
  )
  return {
    root,
    allow: (hasFactor) => {
      hint.hidden = hasFactor
      group.disabled = !hasFactor
    },
  }
}

const marks = { done: '•', admitted: 'Let through', refused: 'Refused' } as const

const stepRow = ({ text, outcome, judgement }: Step): HTMLElement =>
  element(
    'li',
    { class: outcome },
    ...(outcome === 'done' ? [] : [element('span', { class: 'mark' }, marks[outcome])]),
    element('span', {}, text),
    ...(judgement === undefined ? [] : [judgementBlock(judgement)]),
  )
