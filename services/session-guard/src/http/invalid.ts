import { type ProblemError, problem } from '@watchword/service-kit'

/** The refusal of a request that is well-formed and not valid at one place, a JSON pointer. */
export function invalid(pointer: string, detail: string): ProblemError {
  return problem('invalid', { errors: [{ pointer, detail }] })
}
