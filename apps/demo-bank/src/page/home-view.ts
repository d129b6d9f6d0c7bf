import { attackPanel } from './attack-panel.ts'
import type { BankApi, SignedIn } from './bank-api.ts'
import { BankRefusal } from './bank-api.ts'
import { busy, element, notice } from './element.ts'
import { enrolment } from './enrolment.ts'
import { insightPanel } from './insight-panel.ts'
import { waitForApproval, type Waiting } from './waiting-transfer.ts'

type Overview = {
  readonly accounts: readonly { readonly name: string; readonly number: string; readonly cents: number }[]
  readonly bookings: readonly { readonly date: string; readonly text: string; readonly cents: number }[]
}

/** The bank for somebody signed in. */
export type HomeView = {
  readonly root: HTMLElement
  /** Reads everything again; `locked`: whether a lock is in force. */
  readonly refresh: (locked: boolean) => void
  readonly stop: () => void
}

const money = (cents: number): string =>
  new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(cents / 100)

export const homeView = (api: BankApi, who: SignedIn, publicUrl: string, onSignedOut: () => void): HomeView => {
  const accounts = element(
    'div',
    { class: 'accounts', 'aria-busy': 'true' },
    element('p', { class: 'empty' }, 'Loading…'),
  )
  const bookings = element('ul', { class: 'bookings' })
  const state = notice()
  const insight = insightPanel(api)

  let retryTimer: ReturnType<typeof setTimeout> | undefined

  const load = async (): Promise<void> => {
    try {
      const overview = await api.get<Overview>('overview')
      accounts.replaceChildren(...overview.accounts.map(accountCard))
      bookings.replaceChildren(...overview.bookings.map(bookingRow))
      state.value = ''
    } catch (error) {
      const code = error instanceof BankRefusal ? error.code : ''
      if (code === 'signed-out') return onSignedOut()
      // Whether the session is locked is not known at this moment, as after a restart.
      if (code === 'unavailable') retryTimer = setTimeout(() => void load(), 1_000)
      accounts.replaceChildren(
        element('p', { class: 'empty' }, 'Your accounts are hidden while this session is locked.'),
      )
      bookings.replaceChildren()
      state.value = error instanceof Error ? error.message : 'Your accounts cannot be shown now.'
    } finally {
      accounts.removeAttribute('aria-busy')
    }
  }

  const refresh = (): void => {
    void load()
    void insight.refresh()
  }

  const attacks = attackPanel(api, refresh)
  const security = enrolment(api, who, publicUrl, attacks.allow)
  const root = element(
    'main',
    { class: 'home' },
    element(
      'div',
      { class: 'bank' },
      element('div', {}, element('h1', {}, `Good day, ${who.name.split(' ')[0] ?? who.name}`), state),
      accounts,
      element('section', { class: 'card' }, element('h2', {}, 'Latest bookings'), bookings),
      transferForm(api, refresh),
      exportCard(api, refresh),
      security.root,
    ),
    element(
      'aside',
      { class: 'demo', 'aria-label': 'Demo' },
      attacks.root,
      insight.root,
      element(
        'p',
        { class: 'fine' },
        `For this demo your browser is taken to be in ${who.place}; its name and version are the real ones.`,
      ),
    ),
  )
  refresh()
  void security.refresh()
  return {
    root,
    refresh: (locked) => {
      refresh()
      if (!locked) void security.refresh()
    },
    stop: () => {
      clearTimeout(retryTimer)
      insight.stop()
    },
  }
}

const accountCard = ({ name, number, cents }: Overview['accounts'][number]): HTMLElement =>
  element(
    'div',
    { class: 'account' },
    element('span', { class: 'name' }, name),
    element('strong', {}, money(cents)),
    element('span', { class: 'number' }, number),
  )

const bookingRow = ({ date, text, cents }: Overview['bookings'][number]): HTMLElement =>
  element(
    'li',
    {},
    element('time', { datetime: date }, new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })),
    element('span', {}, text),
    element('span', { class: cents < 0 ? 'amount' : 'amount in' }, money(cents)),
  )

const transferForm = (api: BankApi, onDone: () => void): HTMLElement => {
  const to = element('input', { id: 'to', autocomplete: 'off', required: true, maxlength: '120' })
  const amount = element('input', {
    id: 'amount',
    inputmode: 'decimal',
    autocomplete: 'off',
    required: true,
    placeholder: '0.00',
  })
  const text = element('input', { id: 'text', autocomplete: 'off', maxlength: '120' })
  const button = element('button', { class: 'primary' }, 'Send money')
  const said = notice()
  const place = element('div', { 'aria-live': 'polite' })
  const send = (): void => {
    const order = { to: to.value, amount: amount.value, text: text.value }
    void busy(
      button,
      (words) => (said.value = words),
      async () => {
        const { waiting } = await api.post<{ waiting?: Waiting }>('transfers', order)
        said.value = waiting === undefined ? `Sent to ${order.to}.` : await waitForApproval(api, place, waiting)
        for (const input of [to, amount, text]) input.value = ''
        onDone()
      },
    )
  }
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'Transfer'),
    element(
      'form',
      {
        class: 'transfer',
        onsubmit: (event) => {
          event.preventDefault()
          send()
        },
      },
      element('label', { for: 'to' }, 'To'),
      to,
      element('label', { for: 'amount' }, 'Amount in €'),
      amount,
      element('label', { for: 'text' }, 'Text (optional)'),
      text,
      button,
    ),
    place,
    said,
  )
}

const exportCard = (api: BankApi, onDone: () => void): HTMLElement => {
  const said = notice()
  const button = element('button', {}, 'Export customers (CSV)')
  button.addEventListener('click', () => {
    void busy(
      button,
      (words) => (said.value = words),
      async () => {
        const csv = await api.download('customers/export')
        const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }))
        element('a', { href: address, download: 'customers.csv' }).click()
        URL.revokeObjectURL(address)
        said.value = `${csv.trim().split('\n').length - 1} customers exported.`
        onDone()
      },
    )
  })
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'Customers'),
    element('p', {}, 'An export cannot be taken back, so it is judged before it is handed out.'),
    button,
    said,
  )
}
