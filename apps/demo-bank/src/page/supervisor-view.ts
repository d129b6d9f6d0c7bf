import { type Approval, createApprovalApi } from './approval-api.ts'
import { approvalCard } from './approval-card.ts'
import type { BankApi, SignedIn } from './bank-api.ts'
import { element, notice } from './element.ts'
import { enrolment } from './enrolment.ts'
import type { HomeView } from './home-view.ts'
import { supervisorChannel } from './supervisor-channel.ts'

/** The bank for a supervisor: what waits for their approval, as it comes. */
export const supervisorView = (api: BankApi, who: SignedIn, publicUrl: string): HomeView => {
  const approvals = createApprovalApi(api, publicUrl)
  const list = element('ul', { class: 'approvals', 'aria-live': 'polite' })
  const nothing = element('p', { class: 'empty' }, 'Nothing waits for you.')
  const state = notice()
  const cards = new Map<string, HTMLElement>()
  const security = enrolment(api, who, publicUrl, () => undefined)

  const remove = (id: string): void => {
    cards.get(id)?.remove()
    cards.delete(id)
    nothing.hidden = cards.size > 0
  }

  const show = async (id: string): Promise<void> => {
    if (cards.has(id)) return
    let approval: Approval
    try {
      approval = await approvals.read(id)
    } catch (error) {
      state.value = error instanceof Error ? error.message : 'A request cannot be shown.'
      return
    }
    if (approval.status !== 'pending' || cards.has(id)) return
    const card = approvalCard(approval, approvals, (text) => {
      state.value = text
      remove(id)
    })
    cards.set(id, card)
    list.append(card)
    nothing.hidden = true
  }

  const stop = supervisorChannel(api, publicUrl, who.user, ({ type, id }) =>
    type === 'approval-requested' ? void show(id) : remove(id),
  )
  void security.refresh()
  const root = element(
    'main',
    { class: 'home' },
    element(
      'div',
      { class: 'bank' },
      element('div', {}, element('h1', {}, `Good day, ${who.name.split(' ')[0] ?? who.name}`), state),
      element(
        'section',
        { class: 'card', id: 'approvals' },
        element('h2', {}, 'Waiting for your approval'),
        nothing,
        list,
      ),
    ),
    element('aside', { class: 'demo' }, security.root),
  )
  return {
    root,
    refresh: (locked) => {
      if (!locked) void security.refresh()
    },
    stop,
  }
}
