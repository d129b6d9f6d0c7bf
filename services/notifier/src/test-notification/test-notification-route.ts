import { type Access, keyGate } from '@watchword/access'
import type { HttpServer } from '@watchword/service-kit'
import { Type } from 'typebox'
import { sendTest, type TestNotificationDeps } from './test-notification.ts'

/** Longer than one request to an endpoint may take, milliseconds. */
const answerWithinMs = 16_000

/** `POST /v1/notifications/test`: tells every endpoint of the tenant but mail a notification of kind `test`, and answers what became of it. */
export function registerTestNotificationRoute(
  server: HttpServer,
  deps: TestNotificationDeps & Readonly<{ access: Access }>,
): void {
  const { security, onRequest, whoOf } = keyGate(deps.access, 'operate')
  server.post(
    '/v1/notifications/test',
    {
      schema: {
        summary: 'Tells every webhook and SIEM of the tenant that this is a test. Nobody gets a mail.',
        security,
        response: {
          200: Type.Object(
            {
              notification: Type.String({ description: 'Its id.' }),
              endpoints: Type.Integer({ description: 'How many there are, without mail.' }),
              deliveries: Type.Array(
                Type.Object({
                  endpoint: Type.String(),
                  outcome: Type.Enum(['delivered', 'failed', 'gave-up', 'endpoint-gone']),
                  detail: Type.String({ description: 'A stable code, such as http-204.' }),
                }),
              ),
            },
            { description: 'The first attempt of each endpoint; one that is missing was not made within 16 s.' },
          ),
        },
        documentation: { problems: ['log-unavailable'] },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = whoOf(request)
      const result = await sendTest({ tenant, withinMs: answerWithinMs }, deps)
      return { ...result, deliveries: [...result.deliveries] }
    },
  )
}
