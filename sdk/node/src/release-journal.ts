/** A request that was admitted without a fresh answer, and under which mode. */
export type Release = {
  readonly user: string
  readonly session?: string
  readonly device?: string
  /** The request's path, without its query. */
  readonly path: string
  readonly mode: 'open' | 'last-known'
  /** RFC 3339. */
  readonly at: string
}
