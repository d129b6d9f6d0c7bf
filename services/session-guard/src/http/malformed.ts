import { type ProblemError, problem } from '@watchword/service-kit'

/** The refusal of a request that is wrong at one place, a JSON pointer. */
export function malformed(pointer: string, detail: string): ProblemError {
  return problem('malformed', { errors: [{ pointer, detail }] })
}
