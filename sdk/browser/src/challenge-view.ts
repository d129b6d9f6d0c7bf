import type { Lock } from '@watchword/frames'
import { type Method, methods } from './challenge-client.ts'
import { challengeMarkup } from './challenge-markup.ts'
import { challengeStyles } from './challenge-styles.ts'
import type { ChallengeTexts } from './challenge-texts.ts'
import { wordsOf } from './challenge-words.ts'
import type { Shown } from './prompt.ts'

/** What a person does with the view. */
export type ViewHooks = {
  readonly onCode: (code: string) => void
  readonly onPasskey: () => void
  readonly onMethod: (method: Method) => void
  readonly onLater: () => void
  /** From the bar: after it was put aside, or in this tab rather than the other. */
  readonly onResume: () => void
}

/** What is shown: a lock's question in a language. */
export type ViewFacts = {
  readonly lock: Lock
  readonly shown: Shown
  readonly texts: ChallengeTexts
  /** BCP 47. */
  readonly language: string
  /** Epoch ms. */
  readonly nowMs: number
}

/** The dialog and the bar of one challenge in a shadow root. */
export type ChallengeView = { readonly show: (facts: ViewFacts) => void; readonly hide: () => void }

/** Builds the view in a shadow root. */
export const createChallengeView = (root: ShadowRoot, hooks: ViewHooks): ChallengeView => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(challengeStyles)
  root.adoptedStyleSheets = [sheet]
  const template = document.createElement('template')
  template.innerHTML = challengeMarkup
  root.append(template.content)
  const find = (selector: string): HTMLElement => {
    const found = root.querySelector<HTMLElement>(selector)
    if (found === null) throw new TypeError(`the challenge has no ${selector}`)
    return found
  }
  const dialog = find('dialog') as HTMLDialogElement
  const ask = find('.ask')
  const input = find('input') as HTMLInputElement
  const note = find('.note')
  const timer = find('.timer')
  const primary = find('form .first') as HTMLButtonElement
  const later = find('.later')
  const others = find('.others')
  const bar = find('.bar')
  let method: Method = 'totp'
  let texts: ChallengeTexts | undefined

  const tell = (text: string, isBad = false): void => {
    note.classList.toggle('bad', isBad)
    // An unchanged text is left alone: a live region would say it again.
    if (note.textContent !== text) note.textContent = text
    input.setAttribute('aria-invalid', String(isBad))
  }
  const offer = (): void => {
    const isTotp = method === 'totp'
    const code = isTotp ? digitsOf(input.value) : input.value.trim()
    if (isTotp ? code.length === 6 : code !== '') hooks.onCode(code)
    else tell((isTotp ? texts?.totpIncomplete : texts?.recoveryMissing) ?? '', true)
  }
  input.addEventListener('input', () => {
    if (method !== 'totp') return tell('')
    input.value = digitsOf(input.value)
    if (input.value.length === 6) offer()
    else if (input.value !== '') tell('')
  })
  find('form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (primary.disabled) return
    if (method === 'webauthn') hooks.onPasskey()
    else offer()
  })
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    hooks.onLater()
  })
  later.addEventListener('click', () => hooks.onLater())
  find('.bar button').addEventListener('click', () => hooks.onResume())
  for (const name of methods) methodButton(find, name).addEventListener('click', () => hooks.onMethod(name))

  const showWays = ({ shown, texts }: ViewFacts): void => {
    const asked = 'method' in shown ? shown : undefined
    method = asked?.method ?? method
    const isCode = asked !== undefined && asked.method !== 'webauthn'
    const isOpen = shown.status === 'asking'
    ask.hidden = !isCode
    find('.hint').hidden = asked === undefined || asked.method === 'totp'
    find('.hint').textContent = method === 'webauthn' ? texts.passkeyHint : texts.recoveryHint
    find('label').textContent = method === 'totp' ? texts.totpLabel : texts.recoveryLabel
    input.readOnly = !isOpen
    if (isCode) shapeInput(input, method)
    primary.hidden = asked === undefined
    primary.disabled = !isOpen
    primary.textContent = method === 'webauthn' ? texts.passkeyAction : texts.confirm
    later.hidden = shown.status === 'verified' || shown.status === 'gone'
    later.textContent = shown.status === 'failed' ? texts.close : texts.later
    const open = 'offered' in shown && shown.status !== 'checking' ? shown.offered : []
    const ways = open.filter((name) => name !== asked?.method)
    others.hidden = ways.length === 0
    find('#others').textContent = texts.others
    for (const name of methods) {
      const button = methodButton(find, name)
      button.hidden = !ways.includes(name)
      const label = button.querySelector('span')
      if (label !== null) label.textContent = texts[choiceOf[name]]
    }
  }

  return {
    show: (facts) => {
      const { lock, shown, language, nowMs } = facts
      const isHere = shown.status !== 'aside' && shown.status !== 'elsewhere'
      texts = facts.texts
      const words = wordsOf(shown, texts, nowMs)
      bar.hidden = isHere
      find('.bar span').textContent = isHere ? '' : words.title
      find('.bar button').textContent = shown.status === 'elsewhere' ? texts.elsewhereAction : texts.asideAction
      dialog.lang = bar.lang = language
      if (!isHere) return dialog.close()
      find('#title').textContent = words.title
      find('#reason').hidden = over.has(shown.status)
      find('#reason').textContent = reasonOf(lock, language) ?? texts.reason
      showWays(facts)
      timer.hidden = words.timer === undefined
      timer.textContent = words.timer ?? ''
      note.classList.toggle('busy', busy.has(shown.status))
      const isOpen = shown.status === 'asking'
      if (isOpen) input.value = ''
      tell(words.note, words.isBad)
      if (!dialog.open) dialog.showModal()
      if (isOpen) (ask.hidden ? primary : input).focus()
      else if (!later.hidden && root.activeElement === null) later.focus()
    },
    hide: () => {
      bar.hidden = true
      input.value = ''
      dialog.close()
    },
  }
}

const busy: ReadonlySet<string> = new Set(['preparing', 'waiting', 'checking', 'verified'])

/** What happened before is of no interest any more. */
const over: ReadonlySet<string> = new Set(['verified', 'gone', 'failed'])

const choiceOf = { webauthn: 'choosePasskey', totp: 'chooseTotp', 'recovery-code': 'chooseRecovery' } as const

const methodButton = (find: (selector: string) => HTMLElement, method: Method): HTMLElement =>
  find(`[data-method="${method}"]`)

const shapeInput = (input: HTMLInputElement, method: Method): void => {
  const isTotp = method === 'totp'
  input.classList.toggle('digits', isTotp)
  input.inputMode = isTotp ? 'numeric' : 'text'
  input.autocomplete = isTotp ? 'one-time-code' : 'off'
}

const reasonOf = (lock: Lock, language: string): string | undefined => {
  const [primary = 'en'] = language.toLowerCase().split('-')
  return lock.reasonUser[primary] ?? lock.reasonUser['en']
}

const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(0, 6)
