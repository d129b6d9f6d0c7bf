import { freePort } from '@watchword/service-kit'
import { type Nginx, startNginx } from '@watchword/tools/nginx'
import { type Child, startChild } from '../drive/child.ts'
import type { Bench, Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { type WrkRun, wrk } from './wrk.ts'

const users = 1_000
const connections = 32
const secondsPerRound = 4

export const nginxBench: Bench = {
  name: 'nginx',
  question: 'an app behind nginx that asks the guard by auth_request, against the same nginx that asks nobody',
  async run() {
    const guard: Child<Readonly<{ url: string; key: string }>> = await startChild(
      new URL('../check/guard-server.ts', import.meta.url),
    )
    const bare: Child<Readonly<{ url: string }>> = await startChild(new URL('../check/bare-server.ts', import.meta.url))
    const app: Child<Readonly<{ url: string }>> = await startChild(new URL('./app-server.ts', import.meta.url))
    let nginx: Nginx | undefined
    try {
      const port = await freePort()
      nginx = await startNginx(configuration(port, { guard: guard.ready, bare: bare.ready.url, app: app.ready.url }), [
        port,
      ])
      const at = (path: string) => () =>
        wrk(`http://127.0.0.1:${port}${path}`, { users, connections, seconds: secondsPerRound })
      const file = await interleave(at('/checked/pixel'), at('/pixel'))
      const proxied = await interleave(at('/checked/app'), at('/app'))
      const control = await interleave(at('/bare/pixel'), at('/pixel'))
      return {
        comparisons: [
          ...compared('what nginx answers itself', file, 'auth_request, the check'),
          ...compared('what an app behind it answers', proxied, 'auth_request, the check'),
          ...compared(
            'for comparison: a bare Fastify route in the place of the guard',
            control,
            'auth_request, bare 204',
            [],
          ),
        ],
        information: [],
        setting: [
          `wrk with one thread and ${connections} connections, ${secondsPerRound} s a round; one worker of nginx, connections to the guard and the app kept alive; ${users} users, each request in another session`,
          'client, nginx, guard and app share the cores of the machine',
        ],
      }
    } finally {
      await nginx?.stop()
      await Promise.all([guard.stop(), bare.stop(), app.stop()])
    }
  },
}

type Rounds = Readonly<{ product: readonly WrkRun[]; baseline: readonly WrkRun[] }>

function compared(
  name: string,
  { product, baseline }: Rounds,
  label: string,
  aims: Comparison['aims'] = [{ of: 'ratio', atLeast: 0.4 }],
): readonly Comparison[] {
  const of = (what: keyof WrkRun, unit: string) => ({
    product: { label, unit, values: product.map((round) => round[what]) },
    baseline: { label: 'nginx alone', unit, values: baseline.map((round) => round[what]) },
  })
  return [
    { name: `${name}, throughput`, ...of('rate', 'requests/s'), aims },
    { name: `${name}, p99 at full speed`, ...of('p99Ms', 'ms'), aims: [] },
  ]
}

type Servers = Readonly<{ guard: Readonly<{ url: string; key: string }>; bare: string; app: string }>

/** As the documents configure it, but that a cookie says who it is. */
function configuration(port: number, { guard, bare, app }: Servers): string {
  const upstream = (name: string, url: string): string =>
    `upstream ${name} { server ${new URL(url).host}; keepalive 64; }`
  const asked = (path: string, name: string): string => `
    location = ${path} {
      internal;
      proxy_pass http://${name}/v1/check;
      proxy_http_version 1.1;
      proxy_pass_request_body off;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
      proxy_set_header Cookie "";
      proxy_set_header X-Watchword-Key ${guard.key};
      proxy_set_header X-Watchword-User $cookie_user;
      proxy_set_header X-Watchword-Session $cookie_session;
      proxy_set_header X-Watchword-Device "";
      proxy_set_header X-Watchword-Groups "";
      proxy_set_header X-Watchword-Password-Change "";
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-URI $request_uri;
    }`
  const passed = 'proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";'
  // A `return` would be answered before anybody is asked.
  return `
  ${upstream('guard', guard.url)}
  ${upstream('bare', bare)}
  ${upstream('app', app)}
  keepalive_requests 10000000;
  server {
    listen 127.0.0.1:${port};
    location = /pixel { empty_gif; }
    location = /checked/pixel { auth_request /watchword; empty_gif; }
    location = /bare/pixel { auth_request /bare-check; empty_gif; }
    location = /app { ${passed} }
    location = /checked/app { auth_request /watchword; ${passed} }
    ${asked('/watchword', 'guard')}
    ${asked('/bare-check', 'bare')}
  }`
}
