import type { Api } from '../api.ts'
import type { Scenario, SimulatedStep } from './scenario.ts'

/** What the platform made of one step; no assessment where it did not come in time. */
export type PlayedStep = Readonly<{ text: string; user: string; assessment?: SimulatedAssessment }>

export type SimulatedAssessment = Readonly<{
  id: string
  score: number
  level: string
  decision: string
  reasonAdmin: string
}>

/** Plays a story on people whose names begin with `user`, and tells each step when it is judged; what is usual comes first and is not told. */
export async function* playScenario(api: Api, { usual, steps }: Scenario, user: string): AsyncGenerator<PlayedStep> {
  for (const step of usual) await played(api, step, user)
  for (const step of steps) yield played(api, step, user)
}

async function played(
  api: Api,
  { text, activity, user: number = 0 }: SimulatedStep,
  name: string,
): Promise<PlayedStep> {
  const user = number === 0 ? name : `${name}-${number}`
  const answer = await api.call('POST', '/v1/activities', { ...activity, user }, { prefer: 'wait=10' })
  const [result] = (answer as { results: readonly { status: string; assessment?: SimulatedAssessment }[] }).results
  if (result?.status === 'rejected') throw new Error(`the platform refused: ${text}`)
  return { text, user, ...(result?.assessment && { assessment: result.assessment }) }
}
