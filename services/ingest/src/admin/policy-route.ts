import type { Access } from '@watchword/access'
import { parsePolicy, type Policies, policyInputSchema, type PolicyVersion } from '@watchword/policy'
import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { logRefusal } from '../log-refusal.ts'

export type PolicyRouteDeps = Readonly<{ access: Access; policies: Policies }>

const mediaTypes = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']
/** `parsePolicy` counts characters, which take up to four bytes each, and says itself that there are too many. */
const bodyBytesMax = 262_144
const versionSchema = Type.Object({ version: Type.Integer(), effectiveFrom: Type.String(), hash: Type.String() })

/** `PUT /v1/policy` and `GET /v1/policy`. */
export async function registerPolicyRoutes(server: HttpServer, { access, policies }: PolicyRouteDeps): Promise<void> {
  await server.register(async (scope: HttpServer) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(mediaTypes, { parseAs: 'string' }, (_request, body, done) => done(null, body))

    scope.put(
      '/v1/policy',
      {
        bodyLimit: bodyBytesMax,
        schema: {
          summary: 'Put a policy in force',
          body: policyInputSchema,
          consumes: mediaTypes,
          response: { 200: versionSchema },
        },
        // The body is text, YAML or JSON; `parsePolicy` names every fault.
        validatorCompiler: () => (value) => ({ value }),
        onRequest: async (request) => {
          access.authenticate(request.headers.authorization, 'admin')
        },
      },
      async (request) => {
        const { tenant, keyId } = access.authenticate(request.headers.authorization, 'admin')
        const parsed = parsePolicy(request.body ?? '')
        if (!parsed.ok) throw problem(parsed.code, { errors: parsed.faults })
        try {
          return summaryOf(await policies.propose(tenant, parsed.document, keyId))
        } catch (error) {
          throw logRefusal(error)
        }
      },
    )
  })

  server.get(
    '/v1/policy',
    {
      schema: {
        summary: 'The policy in force',
        response: { 200: Type.Object({ ...versionSchema.properties, policy: Type.Unknown() }) },
      },
    },
    async (request) => {
      const { tenant } = access.authenticate(request.headers.authorization, 'admin', 'operate', 'report')
      const policy = policies.inForce(tenant)
      return { ...summaryOf(policy), policy: policy.source }
    },
  )
}

function summaryOf({ version, effectiveFrom, hash }: PolicyVersion) {
  return { version, effectiveFrom: new Date(effectiveFrom).toISOString(), hash }
}
