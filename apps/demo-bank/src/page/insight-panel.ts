import type { BankApi } from './bank-api.ts'
import { element } from './element.ts'
import { type Judgement, judgementBlock } from './judgement-block.ts'

type Event = Judgement & {
  readonly time: string
  readonly kind: string
  readonly isFirst: boolean
  readonly decision: string
}

const everyMs = 5_000

/** What Watchword made of the person's latest activities. */
export const insightPanel = (
  api: BankApi,
): { readonly root: HTMLElement; readonly refresh: () => Promise<void>; readonly stop: () => void } => {
  const list = element('ol', { class: 'insight' }, element('li', { class: 'empty' }, 'Nothing judged yet.'))
  let seen = ''

  const refresh = async (): Promise<void> => {
    try {
      const { events } = await api.get<{ events: readonly Event[] }>('demo/insight')
      const now = JSON.stringify(events)
      if (now === seen || events.length === 0) return
      seen = now
      list.replaceChildren(...events.map(row))
    } catch (error) {
      seen = ''
      const text = error instanceof Error ? error.message : 'The timeline is not available at the moment.'
      list.replaceChildren(element('li', { class: 'empty' }, text))
    }
  }

  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void refresh()
  }, everyMs)
  const root = element(
    'section',
    { class: 'card quiet', id: 'insight' },
    element('p', { class: 'tag' }, 'Demo'),
    element('h2', {}, 'What Watchword sees'),
    element('p', {}, 'Every activity of yours is judged from 0 to 100 by what is unusual about it.'),
    list,
  )
  return { root, refresh, stop: () => clearInterval(timer) }
}

const names: Readonly<Record<string, string>> = {
  login: 'Sign-in',
  logout: 'Sign-out',
  read: 'Looking at accounts',
  transfer: 'Transfer',
  export: 'Export',
  access: 'Request',
}
const decisions: Readonly<Record<string, string>> = {
  allow: 'let through',
  notify: 'let through, noted',
  'step-up': 'locked until confirmed',
  deny: 'locked',
}

// Everything about somebody new is unusual; a lock would keep them from setting up what opens it.
const firstVisit = 'first visit, let through to set up a second factor'

const row = ({ time, kind, isFirst, decision, ...judgement }: Event): HTMLElement =>
  element(
    'li',
    {},
    element(
      'p',
      { class: 'what' },
      element('strong', {}, names[kind] ?? kind),
      element('span', {}, isFirst && decision === 'allow' ? firstVisit : (decisions[decision] ?? decision)),
      element('time', { datetime: time }, new Date(time).toLocaleTimeString('en-GB')),
    ),
    judgementBlock(judgement),
  )
