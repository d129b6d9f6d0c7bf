import type { Context } from '@watchword/contracts'
import type { Presenter } from './callers.ts'

/** Which session the person is in, and where they act from. */
export type Vouched = Readonly<{ session: string | null; context: Context | null }>

/** What a backend says in the request, or has said in the ticket of a browser; never what a browser says of itself. */
export function vouchedBy(presenter: Presenter, given: Vouched = { session: null, context: null }): Vouched {
  const { session, context } = presenter.kind === 'backend' ? given : presenter.claims
  return { session, context }
}
