import { type Access, keyGate } from '@watchword/access'
import { parsePolicy, type Policies, policyInputSchema, type PolicyVersion } from '@watchword/policy'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'

export type PolicyRouteDeps = Readonly<{ access: Access; policies: Policies }>

const mediaTypes = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']
/** `parsePolicy` counts characters, which take up to four bytes each, and says itself that there are too many. */
const bodyBytesMax = 262_144
const version = { version: Type.Integer(), effectiveFrom: Type.String(), hash: Type.String() }

/** `PUT /v1/policy` and `GET /v1/policy`. */
export async function registerPolicyRoutes(server: HttpServer, { access, policies }: PolicyRouteDeps): Promise<void> {
  const writers = keyGate(access, 'admin')
  await server.register(async (scope: HttpServer) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(mediaTypes, { parseAs: 'string' }, (_request, body, done) => done(null, body))

    scope.put(
      '/v1/policy',
      {
        bodyLimit: bodyBytesMax,
        schema: {
          summary: 'Puts a policy in force (JSON or YAML); 422 with pointers to what is wrong.',
          security: writers.security,
          body: policyInputSchema,
          consumes: mediaTypes,
          response: { 200: Type.Object(version, { description: 'The policy is in force.' }) },
          documentation: { problems: ['log-unavailable'] },
        },
        // The body is text, YAML or JSON; `parsePolicy` names every fault.
        validatorCompiler: () => (value) => ({ value }),
        onRequest: writers.onRequest,
      },
      async (request) => {
        const { tenant, keyId } = writers.whoOf(request)
        const parsed = parsePolicy(request.body ?? '', access.userNamesOf(tenant))
        if (!parsed.ok) throw problem(parsed.code, { errors: parsed.faults })
        return summaryOf(await policies.propose(tenant, parsed.document, keyId, traceparentOf(request)))
      },
    )
  })

  const readers = keyGate(access, 'admin', 'operate', 'report')
  server.get(
    '/v1/policy',
    {
      schema: {
        summary: 'The policy in force.',
        security: readers.security,
        response: {
          200: Type.Object({ ...version, policy: Type.Unknown() }, { description: 'The policy, complete.' }),
        },
      },
      onRequest: readers.onRequest,
    },
    async (request) => {
      const { tenant } = readers.whoOf(request)
      const policy = policies.inForce(tenant)
      return { ...summaryOf(policy), policy: policy.source }
    },
  )
}

function summaryOf({ version, effectiveFrom, hash }: PolicyVersion) {
  return { version, effectiveFrom: new Date(effectiveFrom).toISOString(), hash }
}
