import type { BankApi } from './bank-api.ts'
import { element } from './element.ts'

/** A transfer that a supervisor has to approve. */
export type Waiting = { readonly id: string; readonly number: string; readonly expiresAt: string }

type Progress = { readonly status: 'pending' | 'denied' | 'expired' | 'done' }

const lookEveryMs = 1_000

/** Shows the number to tell the supervisor, and resolves with what became of the transfer. */
export const waitForApproval = async (api: BankApi, place: HTMLElement, waiting: Waiting): Promise<string> => {
  place.replaceChildren(
    element('p', {}, 'A transfer of 1 000 € or more needs the approval of a supervisor. Tell them this number:'),
    element('p', { class: 'matching-number', id: 'number' }, waiting.number),
    element('p', { class: 'fine' }, 'It is done as soon as they have approved it.'),
  )
  try {
    for (;;) {
      const { status } = await api.post<Progress>(`transfers/${encodeURIComponent(waiting.id)}`, {})
      if (status !== 'pending') return said[status]
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  } finally {
    place.replaceChildren()
  }
}

const said = {
  done: 'Approved and sent.',
  denied: 'A supervisor has refused this transfer.',
  expired: 'Nobody has approved this transfer in time.',
} as const
