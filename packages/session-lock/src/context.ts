import type { Context } from './state.ts'

/**
 * Whether an answer comes from where its cause came from: every component known of the cause must be equal in the
 * answer. No answer's context is never the same; a cause of which nothing is known (a fact reported from elsewhere)
 * is the same as any.
 */
export function sameContext(cause: Context, answer: Context | null): boolean {
  return (
    answer !== null &&
    agrees(cause.device, answer.device) &&
    agrees(cause.fingerprint, answer.fingerprint) &&
    agrees(cause.network, answer.network) &&
    agrees(cause.agent, answer.agent)
  )
}

/** Whether two contexts are equal in every component, the unknown ones too. */
export function equalContext(left: Context | null, right: Context | null): boolean {
  if (left === null || right === null) return left === right
  return (
    left.device === right.device &&
    left.fingerprint === right.fingerprint &&
    left.network === right.network &&
    left.agent === right.agent
  )
}

function agrees(cause: string | null, answer: string | null): boolean {
  return cause === null || cause === answer
}
