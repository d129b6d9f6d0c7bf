import type { Caller } from '@watchword/access'
import { isSilentBypass } from '@watchword/admission'
import type { AdmissionDecided, Lock } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import { decided } from '../commands/decided.ts'
import type { GuardParts } from '../guard-parts.ts'
import { untilVisible } from '../view/until-visible.ts'
import { admissionCommand, type Connection } from './connection-request.ts'

export type DecisionParts = Pick<
  GuardParts,
  'access' | 'policies' | 'clock' | 'commands' | 'pastAnswers' | 'view' | 'config' | 'metrics' | 'logger' | 'newId'
>

/** What the fold said of an attempt, and the lock that it waits for, as this replica shows it. */
export type Decided = Readonly<{ admission: AdmissionDecided; lock: Lock | null }>

/** Asks the fold of the user, which keeps what it says on the log; resolves once a lock that it made is visible here. */
export async function decideConnection(
  parts: DecisionParts,
  caller: Pick<Caller, 'tenant' | 'app'>,
  connection: Connection,
  traceparent: string | undefined,
): Promise<Decided> {
  const { view, config, newId } = parts
  const { tenant } = caller
  const { user } = connection
  const body = admissionCommand(parts, caller, connection)
  const { answer } = await decided(parts, { tenant, user }, body, { commandId: newId(), traceparent })
  const said = answer.events.find(({ type }) => type === 'admission-decided')
  // Only the fold's own word admits.
  if (said?.type !== 'admission-decided') throw problem('conflict')
  tell(parts, said.data)
  const known = (): Lock | null => view.lockById(tenant, said.data.lock ?? '')?.lock ?? null
  if (answer.events.length > 1) await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
  // Another replica may have made the lock just now.
  else if (said.data.lock !== null && known() === null) await view.refresh()
  return { admission: said.data, lock: known() }
}

function tell({ metrics, logger }: DecisionParts, { client, outcome, because, fault }: AdmissionDecided): void {
  metrics.admissionDecided(client, outcome, because)
  if (isSilentBypass(because))
    logger.warn({ client, outcome, because, fault }, 'whoever connects cannot be asked for a second factor')
}
