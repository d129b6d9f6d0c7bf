/** Who may call a route (`anyone`, or the scope of a key) and what it does; a route without a line here fails the generator. */
export const httpOperations: Readonly<Record<string, Readonly<{ who: string; does: string }>>> = {
  'GET /livez': { who: 'anyone', does: 'Says that the process runs.' },
  'GET /readyz': { who: 'anyone', does: 'Says which parts are ready; 503 while one is not.' },
  'POST /v1/activities': {
    who: '`ingest`',
    does: 'Records what users did: one activity, an array, NDJSON or CloudEvents. 202 when all accepted ones are durable; with `Prefer: wait=N`, 200 with assessments.',
  },
  'POST /v1/compat/genauth/capture': {
    who: '`ingest`',
    does: "Records an event in the names of GenAuth's UEBA object.",
  },
  'GET /v1/policy': { who: '`admin`', does: 'The policy in force.' },
  'PUT /v1/policy': {
    who: '`admin`',
    does: 'Puts a policy in force (JSON or YAML); 422 with pointers to what is wrong.',
  },
  'POST /v1/apps': { who: '`admin`', does: 'Makes an app, or changes the one with this id.' },
  'GET /v1/keys': { who: '`admin`', does: 'Lists API keys, never their secrets.' },
  'POST /v1/keys': { who: '`admin`', does: 'Makes an API key; its text is answered once.' },
  'DELETE /v1/keys/{id}': { who: '`admin`', does: 'Revokes a key; open subscriptions of it are closed.' },
  'GET /v1/users/{user}/status': {
    who: '`check`',
    does: 'How a user, session or device stands; 503 `catching-up` while this replica cannot know.',
  },
  'GET /v1/check': {
    who: '`check`, as `X-Watchword-Key`',
    does: 'Forward authentication for proxies: 204 admits, 401 says what is missing (RFC 9470).',
  },
  'POST /v1/tickets': {
    who: '`subscribe`, or `enrol` for enrolment',
    does: 'A one-use ticket, which a backend gives its browser in the place of a key.',
  },
  'POST /v1/users/{user}/lock': {
    who: '`operate`',
    does: 'Locks a user or one session; answers when no later request is admitted any more.',
  },
  'POST /v1/users/{user}/unlock': { who: '`operate`', does: 'Opens one lock, or all of a user.' },
  'DELETE /v1/sessions/{session}': { who: '`operate`', does: 'Ends a session for good.' },
  'GET /v1/users/{user}/timeline': { who: '`report`', does: 'What happened to a user, newest first, paged.' },
  'GET /v1/assessments/{id}': { who: '`report`', does: 'One assessment with its explanation.' },
  'GET /.well-known/jwks.json': { who: 'anyone', does: 'The public keys that mfaTokens are signed with.' },
  'POST /v1/users/{user}/factors/totp': {
    who: '`enrol`, or an enrol ticket',
    does: 'Begins the enrolment of a TOTP authenticator: secret, `otpauth:` URI and QR code.',
  },
  'POST /v1/users/{user}/factors/totp/{factor}/confirm': {
    who: '`enrol`, or an enrol ticket',
    does: 'Confirms a TOTP authenticator by its first code.',
  },
  'POST /v1/users/{user}/factors/webauthn/options': {
    who: '`enrol`, or an enrol ticket',
    does: 'Options for `navigator.credentials.create`.',
  },
  'POST /v1/users/{user}/factors/webauthn': {
    who: '`enrol`, or an enrol ticket',
    does: 'Enrols the credential that the browser made.',
  },
  'POST /v1/users/{user}/factors/recovery-codes': {
    who: '`enrol`, or an enrol ticket',
    does: 'A new set of recovery codes in the place of the old one.',
  },
  'GET /v1/users/{user}/factors': {
    who: '`enrol`, or an enrol ticket',
    does: 'The factors of a user, without secrets.',
  },
  'DELETE /v1/users/{user}/factors/{factor}': { who: '`enrol`, or an enrol ticket', does: 'Removes a factor.' },
  'POST /v1/locks/{lock}/challenges': {
    who: '`subscribe`, `check`, or a ticket',
    does: 'A challenge of the chosen factor that answers this version of the lock.',
  },
  'POST /v1/challenges/{challenge}/responses': {
    who: '`subscribe`, `check`, or a ticket',
    does: 'Answers a challenge with a code or an assertion; an mfaToken if it is right, once.',
  },
  'POST /v1/authorizations': { who: '`authorize`', does: 'Asks for the approval of one action with its parameters.' },
  'GET /v1/authorizations/{id}': { who: '`authorize`', does: 'How an authorization stands.' },
  'POST /v1/authorizations/{id}/approvals': { who: '`authorize`, or a ticket', does: 'Approves an action.' },
  'POST /v1/authorizations/{id}/consume': {
    who: '`authorize`',
    does: 'Uses an approval once, for the same parameters.',
  },
}
