import { X509Certificate } from 'node:crypto'
import { canonicalUser, type UserNames, userRule } from '@watchword/user-names'
import type { PolicyDocument } from './policy-schema.ts'
import { isTime } from './rfc3339.ts'
import type { Fault } from './schema-faults.ts'

type Rule = PolicyDocument['secondFactor'][number]

/** What the schema cannot say of who may connect: whom a rule names, who answers for an exception, certificates that can be read. */
export function admissionFaults({ secondFactor, clients, tests }: PolicyDocument, names: UserNames): readonly Fault[] {
  const authorities = clients.authorities.map(({ name }) => name)
  return [
    ...secondFactor.flatMap((rule, index) => ruleFaults(rule, `/secondFactor/${index}`, names)),
    ...clients.authorities.flatMap(({ name, certificate }, index) => {
      const pointer = `/clients/authorities/${index}`
      const detail = certificateFault(certificate)
      const taken = authorities.indexOf(name) < index
      return [
        ...(taken ? [{ pointer: `${pointer}/name`, detail: 'is taken by another authority' }] : []),
        ...(detail === null ? [] : [{ pointer: `${pointer}/certificate`, detail }]),
      ]
    }),
    ...clients.revoked.flatMap(({ authority }, index) =>
      authorities.includes(authority)
        ? []
        : [{ pointer: `/clients/revoked/${index}/authority`, detail: 'is no authority of this policy' }],
    ),
    ...tests.flatMap((test, index) => testFaults(test, `/tests/${index}`)),
  ]
}

function ruleFaults(
  { user, group, app, require, reason, owner, expires }: Rule,
  pointer: string,
  names: UserNames,
): readonly Fault[] {
  const faults: Fault[] = []
  if ([user, group, app].filter((name) => name !== undefined).length > 1)
    faults.push({ pointer, detail: 'names more than one of user, group and app' })
  if (user !== undefined && canonicalUser(user, names) === undefined)
    faults.push({ pointer: `${pointer}/user`, detail: userRule(names) })
  for (const [name, value] of Object.entries({ reason, owner, expires })) {
    if (!require && value === undefined)
      faults.push({ pointer: `${pointer}/${name}`, detail: 'is required for an exception' })
    if (require && value !== undefined) faults.push({ pointer: `${pointer}/${name}`, detail: 'is for exceptions only' })
  }
  if (expires !== undefined && !isTime(expires))
    faults.push({ pointer: `${pointer}/expires`, detail: 'is not an RFC 3339 time' })
  return faults
}

function certificateFault(pem: string): string | null {
  try {
    return new X509Certificate(pem).ca ? null : 'is not the certificate of an authority'
  } catch {
    return 'is not a certificate in PEM'
  }
}

function testFaults(
  { activities, connection, expect }: PolicyDocument['tests'][number],
  pointer: string,
): readonly Fault[] {
  if ((activities === undefined) === (connection === undefined))
    return [{ pointer, detail: 'needs either activities or a connection' }]
  const ofConnection = ['secondFactor', 'resourceClass']
  const faults = Object.keys(expect).flatMap((name): Fault[] =>
    ofConnection.includes(name) === (connection !== undefined)
      ? []
      : [{ pointer: `${pointer}/expect/${name}`, detail: connection ? 'is of activities' : 'is of a connection' }],
  )
  if (connection !== undefined && !isTime(connection.time))
    faults.push({ pointer: `${pointer}/connection/time`, detail: 'is not an RFC 3339 time' })
  return faults
}
