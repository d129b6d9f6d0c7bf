import { build } from 'esbuild'
import { repositoryFile } from './repository.ts'

/** The browser SDK as one minified module: what `@watchword/browser` gives to an app. */
export async function browserBundle(): Promise<readonly [path: string, text: string]> {
  const { outputFiles } = await build({
    entryPoints: [repositoryFile('sdk/browser/src/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    banner: { js: '// Generated from sdk/browser/src by `npm run generate`: do not edit.' },
  })
  const [output] = outputFiles
  return ['sdk/browser/generated/watchword.js', output?.text ?? '']
}
