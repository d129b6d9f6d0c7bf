import { build } from 'esbuild'
import { repositoryFile } from './repository.ts'

/** What browsers get, each one minified module: the SDK, and the script of the page that session-guard hosts. */
export async function browserBundles(): Promise<readonly (readonly [path: string, text: string])[]> {
  return Promise.all([
    bundle('sdk/browser/src/index.ts', 'sdk/browser/generated/watchword.js'),
    bundle('sdk/browser/src/hosted/challenge-page.ts', 'services/session-guard/generated/challenge-page.js'),
  ])
}

async function bundle(source: string, path: string): Promise<readonly [path: string, text: string]> {
  const { outputFiles } = await build({
    entryPoints: [repositoryFile(source)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    banner: { js: '// Generated from sdk/browser/src by `npm run generate`: do not edit.' },
  })
  const [output] = outputFiles
  return [path, output?.text ?? '']
}
