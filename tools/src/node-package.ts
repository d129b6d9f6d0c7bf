import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { build } from 'esbuild'
import { repositoryFile } from './repository.ts'

type Manifest = Readonly<{
  name: string
  version: string
  description: string
  license: string
  engines: object
  exports: Readonly<Record<string, string>>
  dependencies: Readonly<Record<string, string>>
}>

/** What both SDKs have of their own, by package: it goes into the one that is published. */
const bundled: Readonly<Record<string, string>> = {
  '@watchword/frames': 'sdk/frames/src',
  '@watchword/plain-token': 'packages/plain-token/src',
  '@watchword/user-names': 'packages/user-names/src',
}
const source = repositoryFile('sdk/node')

/**
 * Writes the SDK for Node.js as the package that others install, to a folder of its own: JavaScript, since types are not stripped below
 * `node_modules`, and declarations. There is one copy of the code, for `require` and for `import`, so an error is the same class to both.
 */
export async function buildNodePackage(target: string = join(source, 'dist')): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  const entries = Object.entries(manifest.exports).map(([subpath, file]) => ({
    subpath,
    file,
    name: basename(file, '.ts'),
  }))
  rmSync(target, { recursive: true, force: true })
  for (const [folder, type] of [
    ['cjs', 'commonjs'],
    ['esm', 'module'],
  ] as const) {
    mkdirSync(join(target, folder), { recursive: true })
    writeText(join(target, folder, 'package.json'), { type })
  }

  const dependencies = Object.fromEntries(Object.entries(manifest.dependencies).filter(([name]) => !(name in bundled)))
  await build({
    stdin: {
      contents: entries.map(({ name, file }) => `export * as ${name} from '${file}'`).join('\n'),
      resolveDir: source,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: Object.keys(dependencies),
    outfile: join(target, 'cjs', 'bundle.js'),
  })
  const modules = entries.map(async ({ name, file }) => {
    const exported = Object.keys((await import(join(source, file))) as object)
    return { name, exported }
  })
  writeModules(target, await Promise.all(modules))
  writeDeclarations(target, [
    ...entries.map(({ file }) => join(source, file)),
    // Each by its name: what is found through a package is taken for somebody else's.
    ...Object.values(bundled).flatMap((folder) =>
      globSync('*.ts', { cwd: repositoryFile(folder) }).map((file) => repositoryFile(`${folder}/${file}`)),
    ),
  ])
  writeText(join(target, 'package.json'), publishedManifest(manifest, entries, dependencies))
  copyFileSync(join(source, 'README.md'), join(target, 'README.md'))
  copyFileSync(repositoryFile('LICENSE'), join(target, 'LICENSE'))
  return target
}

function publishedManifest(
  { name, version, description, license, engines }: Manifest,
  entries: readonly Readonly<{ subpath: string; name: string }>[],
  dependencies: Readonly<Record<string, string>>,
): object {
  const conditions = (kind: 'cjs' | 'esm', entry: string) => ({
    types: `./${kind}/types/sdk/node/src/${entry}.d.ts`,
    default: `./${kind}/${entry}.js`,
  })
  return {
    name,
    version,
    description,
    license,
    engines,
    sideEffects: false,
    main: './cjs/index.js',
    types: './cjs/types/sdk/node/src/index.d.ts',
    // For compilers that do not look into `exports`.
    typesVersions: {
      '*': Object.fromEntries(
        entries.map(({ subpath, name: entry }) => [
          subpath === '.' ? 'index' : subpath.slice('./'.length),
          [`./cjs/types/sdk/node/src/${entry}.d.ts`],
        ]),
      ),
    },
    exports: {
      ...Object.fromEntries(
        entries.map(({ subpath, name: entry }) => [
          subpath,
          { import: conditions('esm', entry), require: conditions('cjs', entry) },
        ]),
      ),
      './package.json': './package.json',
    },
    dependencies,
  }
}

/** A module for each entry and each module system, all of which lead to the one bundle. */
function writeModules(
  target: string,
  entries: readonly Readonly<{ name: string; exported: readonly string[] }>[],
): void {
  for (const { name, exported } of entries) {
    const lines = (line: (member: string) => string): string => exported.map(line).join('\n')
    writeFileSync(
      join(target, 'cjs', `${name}.js`),
      `'use strict'\nconst { ${name} } = require('./bundle.js')\n${lines((each) => `exports.${each} = ${name}.${each}`)}\n`,
    )
    writeFileSync(
      join(target, 'esm', `${name}.js`),
      `import bundle from '../cjs/bundle.js'\n${lines((each) => `export const ${each} = bundle.${name}.${each}`)}\n`,
    )
  }
}

/** Declarations for both module systems; those of what is no package of its own lie beside. */
function writeDeclarations(target: string, files: readonly string[]): void {
  const declared = join(target, 'esm', 'types')
  const config = join(target, 'tsconfig.json')
  writeText(config, {
    extends: repositoryFile('tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: repositoryFile('.'),
      outDir: declared,
      typeRoots: [repositoryFile('node_modules/@types')],
    },
    files,
    include: [],
  })
  execFileSync(repositoryFile('node_modules/.bin/tsc'), ['-p', config], { stdio: 'inherit' })
  rmSync(config)
  for (const file of globSync('**/*.d.ts', { cwd: declared }).map((path) => join(declared, path))) {
    let text = readFileSync(file, 'utf8')
      .replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'")
      .replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"')
    for (const [name, folder] of Object.entries(bundled)) {
      const entry = relative(join(file, '..'), join(declared, folder, 'index.js'))
      text = text.replaceAll(`'${name}'`, `'${entry}'`).replaceAll(`"${name}"`, `"${entry}"`)
    }
    writeFileSync(file, text)
  }
  cpSync(declared, join(target, 'cjs', 'types'), { recursive: true })
}

function writeText(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
}
