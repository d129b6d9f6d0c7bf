import { createChallengeClient } from './challenge-client.ts'
import { type ChallengeFlow, createChallengeFlow, type FlowState } from './challenge-flow.ts'
import { type ChallengeView, createChallengeView, type Shown } from './challenge-view.ts'
import { type Lock, parseLock } from '@watchword/frames'
import { type PromptTurn, requestPromptTurn } from './prompt-turn.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** `<watchword-challenge>`: asks for a second factor while it has a `lock`. */
export interface WatchwordChallengeElement extends HTMLElement {
  /** Setting a lock asks about it, in one tab at a time; null puts the question away. The attribute `lock` takes JSON. */
  lock: Lock | null
  /** Gets a fresh one-use ticket (purpose `challenge`) from the app's backend. */
  ticket: (() => Promise<string>) | undefined
}

/**
 * Defines `<watchword-challenge>`. Attribute `base-url`: the platform, default this origin. Events: `watchword-verified`
 * (detail: `{mfaToken, verifiedUntil, session:{id, ended}}`), `watchword-cancelled`, `watchword-failed` (detail: `{code}`) and
 * `watchword-verified-elsewhere`, when another tab had the answer.
 */
export const defineWatchwordChallenge = (name = 'watchword-challenge'): void => {
  if (customElements.get(name) !== undefined) return
  // Made here, not at import: outside a page there is no HTMLElement.
  class Challenge extends HTMLElement implements WatchwordChallengeElement {
    static readonly observedAttributes = ['lock']
    ticket: (() => Promise<string>) | undefined
    readonly #view: ChallengeView
    #lock: Lock | null = null
    #flow: ChallengeFlow | undefined
    #turn: PromptTurn | undefined
    #shown: Shown | undefined
    #clock: number | undefined

    constructor() {
      super()
      this.#view = createChallengeView(this.attachShadow({ mode: 'open' }), {
        onCode: (code) => void this.#flow?.submit(code),
        onCancel: () => this.#cancel(true),
        onResume: () => (this.#shown?.status === 'elsewhere' ? this.#turn?.take() : this.#flow?.resume()),
      })
    }

    get lock(): Lock | null {
      return this.#lock
    }

    set lock(lock: Lock | null) {
      const isSame = lock?.id === this.#lock?.id
      this.#lock = lock
      if (isSame) return
      this.#end()
      if (lock !== null && this.isConnected) this.#begin(lock)
    }

    attributeChangedCallback(_name: string, _before: string | null, text: string | null): void {
      this.lock = text === null ? null : (parseLock(JSON.parse(text)) ?? null)
    }

    connectedCallback(): void {
      if (this.#lock !== null && this.#flow === undefined) this.#begin(this.#lock)
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
      const flow = createChallengeFlow(lock, {
        client,
        now: Date.now,
        onState: (state) => {
          // A push may overtake the answer, which still has to be told.
          if (this.#flow === flow) this.#show(lock, state)
          this.#tell(state)
        },
      })
      this.#flow = flow
      this.#turn = requestPromptTurn(lock.id, {
        onTurn: () => this.#show(lock, flow.state()),
        onLost: () => this.#show(lock, { status: 'elsewhere' }),
        onTold: (ending) => {
          if (ending === 'cancelled') this.#cancel(false)
          else this.#emit('watchword-verified-elsewhere')
        },
      })
      // The turn comes at once where no other tab asks.
      this.#clock = window.setTimeout(() => {
        if (this.#shown === undefined) this.#show(lock, { status: 'elsewhere' })
      }, 250)
    }

    #tell(state: FlowState): void {
      if (state.status === 'verified') {
        this.#turn?.tell('verified')
        this.#emit('watchword-verified', state.verification)
      } else if (state.status === 'cancelled') this.#emit('watchword-cancelled')
      else if (state.status === 'failed') this.#emit('watchword-failed', { code: state.code })
    }

    #cancel(tell: boolean): void {
      if (tell) this.#turn?.tell('cancelled')
      this.#flow?.cancel()
    }

    #show(lock: Lock, state: Shown): void {
      this.#shown = state
      this.#view.show(lock, state, Date.now())
      if (this.#clock !== undefined) clearTimeout(this.#clock)
      this.#clock = state.status === 'limited' ? window.setTimeout(() => this.#count(lock, state), 1_000) : undefined
    }

    #count(lock: Lock, state: Shown): void {
      this.#flow?.tick()
      if (this.#shown === state) this.#show(lock, state)
    }

    #end(): void {
      if (this.#clock !== undefined) clearTimeout(this.#clock)
      this.#turn?.release()
      this.#turn = undefined
      this.#flow = undefined
      this.#shown = undefined
      this.#view.hide()
    }

    #emit(type: string, detail?: unknown): void {
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
    }
  }
  customElements.define(name, Challenge)
}
