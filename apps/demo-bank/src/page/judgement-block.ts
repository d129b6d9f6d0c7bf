import { element } from './element.ts'

/** A judgement as the bank's backend shows it. */
export type Judgement = {
  readonly score: number
  readonly level: string
  readonly signals: readonly { readonly code: string; readonly points: number; readonly text: string }[]
}

/** Score, level and what counted. */
export const judgementBlock = ({ score, level, signals }: Judgement): HTMLElement =>
  element(
    'div',
    { class: 'judgement' },
    element(
      'p',
      { class: 'score' },
      element(
        'meter',
        { min: '0', max: '100', low: '50', high: '70', optimum: '0', value: String(score) },
        `${score} of 100`,
      ),
      element('strong', {}, String(score)),
      element('span', { class: `level ${level.toLowerCase()}` }, level),
    ),
    ...(signals.length === 0
      ? []
      : [
          element(
            'ul',
            {},
            ...signals.map(({ code, points, text }) =>
              element(
                'li',
                { title: code },
                element('span', {}, text),
                element('b', {}, points > 0 ? `+${points}` : String(points)),
              ),
            ),
          ),
        ]),
  )
