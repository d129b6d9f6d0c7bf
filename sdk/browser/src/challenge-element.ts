import { isRecord, type Lock, parseLock } from '@watchword/frames'
import { createChallengeClient, methods, type Verification } from './challenge-client.ts'
import { type ChallengeTexts, challengeTexts } from './challenge-texts.ts'
import { type ChallengeView, createChallengeView } from './challenge-view.ts'
import { hasPasskeys, requestAssertion } from './passkey.ts'
import { createPrompt, type Prompt, type Shown } from './prompt.ts'
import type { PromptEnding } from './prompt-ending.ts'
import { promptTurnRuntime } from './prompt-turn-runtime.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** `<watchword-challenge>`: asks for a second factor while it has a `lock`. */
export interface WatchwordChallengeElement extends HTMLElement {
  /** Setting a lock asks about it, in one tab at a time; null puts the question away. The attribute `lock` takes JSON. */
  lock: Lock | null
  /** Gets a fresh one-use ticket (purpose `challenge`) from the app's backend. */
  ticket: (() => Promise<string>) | undefined
  /** Where the answer ended the session: gets the person a new one. Other tabs and waiting requests go on after it. */
  renew: ((verification: Verification) => Promise<void>) | undefined
  /** Texts of one's own over those of the language; the attribute `texts` takes JSON. */
  texts: Partial<ChallengeTexts> | undefined
  /** Asks about a lock, unless it is asked about already, and says how it ended. */
  ask: (lock: Lock) => Promise<PromptEnding>
}

declare global {
  /** What `querySelector` and `createElement` find by this name. */
  interface HTMLElementTagNameMap {
    'watchword-challenge': WatchwordChallengeElement
  }
}

/**
 * Defines `<watchword-challenge>`. Attributes: `base-url` (the platform, default this origin), `lock`, `texts`, and `lang`, or that of the
 * element around it. Events: `watchword-verified` (detail: `{mfaToken, verifiedUntil, session:{id, ended}}`), `watchword-cancelled`,
 * `watchword-failed` (detail: `{code}`) and `watchword-verified-elsewhere`, when another tab had the answer.
 */
export const defineWatchwordChallenge = (name = 'watchword-challenge'): void => {
  if (customElements.get(name) !== undefined) return
  // Made here, not at import: outside a page there is no HTMLElement.
  class Challenge extends HTMLElement implements WatchwordChallengeElement {
    static readonly observedAttributes = ['lock', 'texts']
    // Declared and not initialised: what a page has set before the element was defined stays.
    declare ticket: (() => Promise<string>) | undefined
    declare renew: ((verification: Verification) => Promise<void>) | undefined
    declare texts: Partial<ChallengeTexts> | undefined
    readonly #view: ChallengeView
    #lock: Lock | null = null
    #passed: Lock | undefined
    #prompt: Prompt | undefined
    #shown: Shown | undefined
    #clock: number | undefined

    constructor() {
      super()
      this.#view = createChallengeView(this.attachShadow({ mode: 'open' }), {
        onCode: (code) => void this.#prompt?.flow.submit(code),
        onPasskey: () => void this.#prompt?.flow.usePasskey(),
        onMethod: (method) => this.#prompt?.flow.choose(method),
        onLater: () => {
          // What cannot be asked again is no question to put aside.
          if (this.#shown?.status === 'failed') this.lock = null
          else this.#prompt?.putAside()
        },
        onResume: () => this.#prompt?.resume(),
      })
    }

    get lock(): Lock | null {
      return this.#lock
    }

    set lock(lock: Lock | null) {
      // What was passed a moment ago may still stand in what the app knows.
      if (lock !== null && (isSame(lock, this.#lock) || isSame(lock, this.#passed))) return
      this.#end()
      this.#lock = lock
      if (lock !== null && this.isConnected) this.#begin(lock)
    }

    async ask(lock: Lock): Promise<PromptEnding> {
      if (this.#prompt !== undefined && this.#lock !== null && this.#lock.id !== lock.id) {
        const ending = await this.#prompt.ending()
        return ending.status === 'passed' ? this.ask(lock) : ending
      }
      this.lock = lock
      const prompt = this.#prompt
      const ending = (await prompt?.ending()) ?? { status: 'passed' }
      // A newer version of the lock may have taken the place of what was asked about.
      const next = this.#lock
      const isReplaced = next?.id === lock.id && this.#prompt !== prompt
      return ending.status === 'passed' && isReplaced ? this.ask(next) : ending
    }

    attributeChangedCallback(attribute: string, _before: string | null, text: string | null): void {
      const value: unknown = text === null ? null : JSON.parse(text)
      if (attribute === 'texts') this.texts = isRecord(value) ? value : undefined
      else this.lock = parseLock(value) ?? null
    }

    connectedCallback(): void {
      if (Object.hasOwn(this, 'lock')) {
        const { lock } = this
        Reflect.deleteProperty(this, 'lock')
        this.lock = lock
      }
      if (this.#lock !== null && this.#prompt === undefined) this.#begin(this.#lock)
    }

    disconnectedCallback(): void {
      this.#end()
    }

    #begin(lock: Lock): void {
      const client = createChallengeClient({
        baseUrl: this.getAttribute('base-url') ?? '',
        ticket: async () => {
          if (this.ticket === undefined) throw new WatchwordBrowserError('no-ticket')
          return this.ticket()
        },
      })
      const prompt: Prompt = createPrompt(
        lock,
        {
          client,
          requestAssertion,
          supported: methods.filter((method) => method !== 'webauthn' || hasPasskeys()),
          now: Date.now,
          turn: promptTurnRuntime(),
          renew: this.renew === undefined ? undefined : async (verification) => this.renew?.(verification),
          setTimeout: (callback, ms) => window.setTimeout(callback, ms),
        },
        {
          onShow: (shown) => this.#show(lock, shown),
          onAside: () => this.#emit('watchword-cancelled'),
          onFailed: (code) => this.#emit('watchword-failed', { code }),
          onPassed: (verification) => {
            if (isSame(lock, this.#lock)) {
              this.#passed = lock
              this.lock = null
            }
            if (verification === undefined) this.#emit('watchword-verified-elsewhere')
            else this.#emit('watchword-verified', verification)
          },
        },
      )
      this.#prompt = prompt
    }

    #show(lock: Lock, shown: Shown): void {
      this.#shown = shown
      const language = this.closest<HTMLElement>('[lang]')?.lang ?? navigator.language
      const texts = challengeTexts(language, this.texts)
      this.#view.show({ lock, shown, texts, language, nowMs: Date.now() })
      clearTimeout(this.#clock)
      this.#clock = shown.status === 'limited' ? window.setTimeout(() => this.#count(lock, shown), 1_000) : undefined
    }

    #count(lock: Lock, shown: Shown): void {
      this.#prompt?.flow.tick()
      if (this.#shown === shown) this.#show(lock, shown)
    }

    #end(): void {
      clearTimeout(this.#clock)
      const prompt = this.#prompt
      this.#prompt = undefined
      this.#shown = undefined
      this.#view.hide()
      prompt?.close()
    }

    #emit(type: string, detail?: unknown): void {
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
    }
  }
  customElements.define(name, Challenge)
}

/** Whether two are one question. A proxy's refusal says no version (0): then the lock that is known by this id is meant. */
const isSame = (lock: Lock, other: Lock | null | undefined): boolean =>
  lock.id === other?.id && lock.version <= other.version
