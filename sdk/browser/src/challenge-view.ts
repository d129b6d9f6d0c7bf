import { type FlowState, takesCode } from './challenge-flow.ts'
import { challengeStyles } from './challenge-styles.ts'
import type { Lock } from '@watchword/frames'

/** What the view shows: a flow's state, or that another tab asks. */
export type Shown = FlowState | { readonly status: 'elsewhere' }

/** What a person does with the view. */
export type ViewHooks = {
  readonly onCode: (code: string) => void
  readonly onCancel: () => void
  /** "Continue": from the bar, or in this tab rather than the other. */
  readonly onResume: () => void
}

/** The dialog and the bar of one challenge in a shadow root. */
export type ChallengeView = {
  readonly show: (lock: Lock, state: Shown, nowMs: number) => void
  readonly hide: () => void
}

const markup = `
<dialog aria-labelledby="title" aria-describedby="reason">
  <svg viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"
    aria-hidden="true"><path d="M22 4 7 10v11c0 9.5 6.3 16 15 19 8.7-3 15-9.5 15-19V10L22 4Z"/><path d="m15.5 22 5 5 8.5-9.5"/></svg>
  <h2 id="title"></h2><p id="reason"></p>
  <form novalidate>
    <div class="ask"><label for="code">Code from your authenticator app</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" autocapitalize="off" spellcheck="false"
        placeholder="000000" aria-describedby="note" required></div>
    <output id="note" role="status" aria-live="polite"></output>
    <div class="row"><button type="button" class="later">Not now</button><button class="first">Confirm</button></div>
  </form>
</dialog>
<div class="bar" role="alert" hidden><span>This session is locked until you confirm that it is you.</span>
  <button type="button" class="first">Confirm now</button></div>`

/** Builds the view in a shadow root. */
export const createChallengeView = (root: ShadowRoot, hooks: ViewHooks): ChallengeView => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(challengeStyles)
  root.adoptedStyleSheets = [sheet]
  const template = document.createElement('template')
  template.innerHTML = markup
  root.append(template.content)
  const find = (selector: string): HTMLElement => {
    const found = root.querySelector<HTMLElement>(selector)
    if (found === null) throw new TypeError(`the challenge has no ${selector}`)
    return found
  }
  const dialog = find('dialog') as HTMLDialogElement
  const input = find('input') as HTMLInputElement
  const note = find('output') as HTMLOutputElement
  const confirm = find('form .first') as HTMLButtonElement
  const bar = find('.bar')

  const offer = (): void => {
    const code = digitsOf(input.value)
    if (code.length === 6) hooks.onCode(code)
    else tell('The code has six digits.', true)
  }
  const tell = (text: string, bad = false): void => {
    note.classList.toggle('bad', bad)
    note.value = text
    input.setAttribute('aria-invalid', String(bad))
  }
  input.addEventListener('input', () => {
    input.value = digitsOf(input.value)
    if (input.value.length === 6) offer()
    else if (input.value !== '') tell('')
  })
  find('form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (input.disabled) hooks.onResume()
    else offer()
  })
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    hooks.onCancel()
  })
  find('.later').addEventListener('click', () => hooks.onCancel())
  find('.bar button').addEventListener('click', () => hooks.onResume())

  return {
    show: (lock, state, nowMs) => {
      const isOpen = state.status !== 'cancelled'
      bar.hidden = isOpen
      if (!isOpen) return dialog.close()
      const words = wordsOf(state, nowMs)
      find('#title').textContent = words.title
      find('#reason').textContent = reasonOf(lock)
      const isOpenToAnswer = takesCode(state)
      const asks = isOpenToAnswer || state.status === 'checking' || state.status === 'limited'
      find('.ask').hidden = !asks
      input.readOnly = !isOpenToAnswer
      input.disabled = !asks
      find('.later').hidden = state.status === 'verified'
      confirm.hidden = words.action === undefined
      confirm.textContent = words.action ?? ''
      confirm.disabled = state.status === 'checking' || state.status === 'limited'
      if (isOpenToAnswer) input.value = ''
      tell(words.note, words.bad)
      if (!dialog.open) dialog.showModal()
      if (isOpenToAnswer) input.focus()
    },
    hide: () => {
      bar.hidden = true
      input.value = ''
      dialog.close()
    },
  }
}

type Words = { readonly title: string; readonly note: string; readonly bad?: boolean; readonly action?: string }

const title = 'Confirm that it is you'
const locked = 'This session is locked'
const action = 'Confirm'

const wordsOf = (state: Exclude<Shown, { status: 'cancelled' }>, nowMs: number): Words => {
  switch (state.status) {
    case 'asking':
      return { title, note: '', action }
    case 'unsent':
      return { title, note: 'That did not get through. Please try again.', bad: true, action }
    case 'wrong':
      return { title, note: `That code is not right.${attempts(state.attemptsLeft)}`, bad: true, action }
    case 'checking':
      return { title, note: 'Checking the code…', action }
    case 'limited':
      return { title, note: `Too many attempts. Try again in ${duration(state.untilMs - nowMs)}.`, bad: true, action }
    case 'elsewhere':
      return { title, note: 'Another tab is asking for your code.', action: 'Answer here instead' }
    case 'unavailable':
      return { title: locked, note: 'You have no authenticator app set up. Please contact us to go on.' }
    case 'failed':
      return { title: locked, note: 'This question is no longer open. Reload the page to go on.' }
    case 'verified':
      break
  }
  return { title: 'Thank you', note: 'It is you. One moment…' }
}

const attempts = (left: number | undefined): string => {
  if (left === undefined) return ''
  return left === 1 ? ' One attempt left.' : ` ${left} attempts left.`
}

const duration = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

const reasonOf = (lock: Lock): string => {
  const [language = 'en'] = navigator.language.split('-')
  return lock.reasonUser[language] ?? lock.reasonUser['en'] ?? 'We noticed something unusual.'
}

const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(0, 6)
