import { ProblemError, problem } from '@watchword/service-kit'

/** One HTTP answer, to be given again. */
export type Reply = Readonly<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>

/** What `work` answers, refusals too, with these headers. */
export async function withHeaders(
  headers: Readonly<Record<string, string>>,
  work: () => Promise<Reply>,
): Promise<Reply> {
  try {
    const reply = await work()
    return { ...reply, headers: { ...headers, ...reply.headers } }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, detail, errors, extensions, cause } = error
    throw problem(code, {
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      extensions,
      cause,
      headers: { ...headers, ...error.headers },
    })
  }
}
