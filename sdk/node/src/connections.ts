import type { CallOptions } from './call-options.ts'
import type { Answers } from './generated/answers.ts'

/** Who wants to connect. `groups` are those of the app's own directory, never what the client says; `resource` is a path, whose class the policy names. */
export type ConnectionRequest = {
  readonly user: string
  readonly session: string
  readonly device?: string
  readonly groups?: readonly string[]
  readonly resource?: string
  /** false reports an attempt from a time when the platform could not be asked. */
  readonly reachable?: boolean
} & (
  | {
      readonly client: 'interactive'
      readonly signIn: 'accepted' | 'rejected' | 'unknown-user' | 'password-change-required'
    }
  /** Connects on its own, by the certificate (DER) that its TLS was ended with. */
  | { readonly client: 'always-on'; readonly certificate: Uint8Array }
)

/** It may connect, or has to wait for what the lock asks. */
export type Admission = Answers['POST /v1/connections']

/** How long to wait for the user, in whole seconds, 30 at most; 0 where absent. */
export type AdmitOptions = { readonly waitSeconds?: number }

/** The call of whoever lets clients connect. */
export type Connections = {
  /** Rejects with `not-admitted`, whose problem says `because`. */
  readonly admit: (request: ConnectionRequest, options?: AdmitOptions) => Promise<Admission>
}

type Post = (
  path: string,
  body: object,
  options: CallOptions,
  more: { readonly headers: Readonly<Record<string, string>>; readonly extraMs: number },
) => Promise<unknown>

/** The call over `post`, which sends a body to a path of the platform. */
export const createConnections = (post: Post): Connections => ({
  admit: async (request, { waitSeconds = 0 } = {}) => {
    const { certificate, ...body } = { certificate: undefined, ...request }
    const headers = {
      ...(certificate === undefined ? {} : { 'client-cert': `:${Buffer.from(certificate).toString('base64')}:` }),
      ...(waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {}),
    }
    return (await post('/v1/connections', body, {}, { headers, extraMs: waitSeconds * 1_000 })) as Admission
  },
})
