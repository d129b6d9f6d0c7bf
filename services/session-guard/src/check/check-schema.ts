import type { FastifySchema } from 'fastify'

/** `GET /v1/check`: what it reads and answers, all of it headers. */
export const checkSchema = {
  summary: 'Forward authentication for proxies: 204 admits, 401 says what is missing (RFC 9470).',
  security: [{ proxyKey: ['check'] }, { appToken: [] }],
  documentation: {
    requestHeaders: {
      'X-Watchword-User':
        'Whom the proxy asks about; it strips this and the following headers from what clients send. Without it, and without a key, an app token says who it is.',
      'X-Watchword-Session': 'The session of the request.',
      'X-Watchword-Device': 'The device of the request.',
      'X-Watchword-Groups':
        'The groups of the user, by commas; left out or empty, the user counts as in every group that needs a second factor.',
      'X-Watchword-Password-Change': '`true`: the user must change the password before anything else.',
      'X-Original-Method': 'The method of the request.',
      'X-Original-URI': 'The address of the request, which names the failure mode and the class of the resource.',
    },
    answers: {
      204: {
        description: 'The request is admitted.',
        headers: {
          'X-Watchword-User': 'Percent-encoded; missing where the failure mode admits somebody who has proven nothing.',
          'X-Watchword-Mfa-Verified':
            '`true`, or `false` for a request that the failure mode admits, or to an exempt resource before the second factor.',
          'X-Watchword-Session-State':
            '`active`, `unknown`, or `locked` where an exempt resource is answered while the second factor is waited for.',
          'X-Watchword-Verified-Until': 'When the last verification runs out, if there was one.',
          'X-Watchword-Verified-At': 'When it was.',
          'X-Watchword-Acr': 'Its authentication context class.',
          'X-Watchword-As-Of': 'What the answer knows of.',
          'X-Watchword-Released': 'The failure mode that admits although the state is unknown.',
        },
      },
    },
    problems: [
      'malformed',
      'wrong-tenant',
      'insufficient-user-authentication',
      'not-admitted',
      'too-many-requests',
      'log-unavailable',
      'overloaded',
      'timed-out',
      'catching-up',
      'unavailable',
    ],
  },
} satisfies FastifySchema
