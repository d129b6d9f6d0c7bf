import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'

/** A file the browser gets. */
export type Asset = { readonly body: string; readonly type: string; readonly etag: string }

const pageFiles = [
  'approval-api.ts',
  'approval-card.ts',
  'attack-panel.ts',
  'bank-api.ts',
  'element.ts',
  'enrolment.ts',
  'home-view.ts',
  'insight-panel.ts',
  'judgement-block.ts',
  'live-session.ts',
  'main.ts',
  'sign-in-view.ts',
  'supervisor-channel.ts',
  'supervisor-view.ts',
  'waiting-transfer.ts',
  'style.css',
] as const

const sdkPath = '/bank/assets/watchword.js'

/** Every file there is, by path: what is not in this list cannot be asked for. */
export const assetSources: ReadonlyMap<string, URL> = new Map([
  ...pageFiles.map((file) => [`/bank/assets/page/${file}`, new URL(`page/${file}`, import.meta.url)] as const),
  [sdkPath, new URL(import.meta.resolve('@watchword/browser'))],
])

/** Where the page's modules find the SDK. */
export const importMap = JSON.stringify({ imports: { '@watchword/browser': sdkPath } })

/** Lets the policy of the page admit this one inline script. */
export const importMapHash = `sha256-${createHash('sha256').update(importMap).digest('base64')}`

/** The one page. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kestrel Bank</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230b5d51'/%3E%3Cpath d='M8 22 16 8l8 14-8-5z' fill='%23fff'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/bank/assets/page/style.css">
<script type="importmap">${importMap}</script>
<script type="module" src="/bank/assets/page/main.ts"></script>
</head>
<body><noscript>This demo needs JavaScript.</noscript><div id="app"></div><watchword-challenge></watchword-challenge></body>
</html>
`

/** Reads a file for the browser: TypeScript without its types, at the same lines. */
export const readAsset = async (source: URL): Promise<Asset> => {
  const text = await readFile(source, 'utf8')
  const { pathname } = source
  return asset(
    pathname.endsWith('.ts') ? stripTypeScriptTypes(text) : text,
    pathname.endsWith('.css') ? 'text/css' : 'text/javascript',
  )
}

/** A body with its type and a strong tag of its content. */
export const asset = (body: string, type: string): Asset => ({
  body,
  type: `${type}; charset=utf-8`,
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
})
