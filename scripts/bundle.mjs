// Bundles the program: a few files with everything in them, so that a command does not have to find and read hundreds.
// Heavy libraries land in chunks of their own, read by the command that needs them. The library for importers is what
// tsc writes.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
// The certificate library refuses to be looked at without it.
import 'reflect-metadata'
import { Plugin } from '@oclif/core'
import { build } from 'esbuild'
import { writeAsCommonJs } from './bundle/commonjs.mjs'
import { quickOclif } from './bundle/oclif.mjs'
import { lazyPackages, rarePackages } from './bundle/packages.mjs'

const top = fileURLToPath(new URL('..', import.meta.url))
const src = join(top, 'src')
const cli = join(src, 'cli')
const dist = join(top, 'dist')
const program = join(dist, 'program')
const manifest = join(top, 'oclif.manifest.json')

/** Packages that oclif requires for what few starts do: they lie in files of their own, and are read when they are required. */
const rarelyUsed = ['cli-spinners', 'debug', 'ejs', 'lilconfig', 'minimatch', 'tinyglobby', 'wrap-ansi']

const common = {
  bundle: true,
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  logLimit: 5,
  legalComments: 'none',
}

// The quick start of the broker is read by bin/run.js itself.
const entries = ['main.ts', 'broker-quick.ts', 'help.ts', ...filesBelow('commands'), ...filesBelow('hooks')]
removeStale()
rmSync(program, { recursive: true, force: true })
rmSync(manifest, { force: true })

const { outputFiles } = await build({
  ...common,
  absWorkingDir: cli,
  entryPoints: entries,
  outdir: program,
  outbase: cli,
  write: false,
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  // oclif offers to run TypeScript sources; nobody needs a compiler to run this. chokidar and friends are not used.
  external: ['typescript', 'ts-node', 'tsx'],
  plugins: [rarePackages(rarelyUsed), lazyPackages(), quickOclif()],
})
await Promise.all(outputFiles.map(writeAsCommonJs))

await build({
  ...common,
  entryPoints: rarelyUsed.map((name) => ({ in: fromOclif(name), out: name })),
  minifyWhitespace: true,
  minifySyntax: true,
  outdir: join(program, 'rare'),
  entryNames: '[name]',
  format: 'cjs',
})

// Which build it is: what bin/compiled.js keeps of one is nothing to another.
const hash = createHash('sha256')
for (const file of readdirSync(program, { recursive: true, encoding: 'utf8' }).sort()) {
  if (file.endsWith('.cjs')) hash.update(file).update(readFileSync(join(program, file)))
}
writeFileSync(join(program, 'build'), `${hash.digest('hex').slice(0, 16)}\n`)

// The manifest tells oclif the commands without importing them.
const plugin = new Plugin({ root: top, type: 'core', ignoreManifest: true, errorOnManifestCreate: true })
await plugin.load()
writeFileSync(manifest, `${JSON.stringify(plugin.manifest)}\n`)
// What it takes to start one, without what is said about it. Whether it takes arguments tells where its name ends.
const starts = Object.entries(plugin.manifest.commands).map(([id, one]) => {
  const { aliases, hiddenAliases, hidden, isESM, pluginName, pluginType, relativePath, strict } = one
  const args = Object.fromEntries(Object.keys(one.args).map((name) => [name, {}]))
  return [
    id,
    { id, aliases, hiddenAliases, hidden, isESM, pluginName, pluginType, relativePath, strict, args, flags: {} },
  ]
})
const { version } = plugin.manifest
writeFileSync(join(program, 'starts.json'), `${JSON.stringify({ version, commands: Object.fromEntries(starts) })}\n`)

/** Where oclif itself finds a package. */
function fromOclif(name) {
  return createRequire(createRequire(import.meta.url).resolve('@oclif/core')).resolve(name)
}

/** What was built of a source that is gone: it would hide, here alone, that something still imports it. */
function removeStale() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const built = join(entry.parentPath ?? entry.path, entry.name)
    const source = join(src, relative(dist, built)).replace(/\.d\.ts$|\.js$/, '.ts')
    if (entry.isFile() && source.endsWith('.ts') && !existsSync(source)) rmSync(built)
  }
}

function filesBelow(folder) {
  const root = join(cli, folder)
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(cli, join(entry.parentPath ?? entry.path, entry.name)))
}
