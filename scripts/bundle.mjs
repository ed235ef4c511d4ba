// Bundles the program in place: what tsc wrote for bin/ becomes a few files with everything in them, so that a command
// does not have to find and read hundreds. Heavy libraries land in chunks of their own, read by the command that needs them.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'
import { build } from 'esbuild'

const top = fileURLToPath(new URL('..', import.meta.url))
const dist = join(top, 'dist')
const manifest = join(top, 'oclif.manifest.json')

const entries = ['main.js', ...filesBelow('commands'), ...filesBelow('hooks')]
rmSync(join(dist, 'chunks'), { recursive: true, force: true })
rmSync(manifest, { force: true })

await build({
  absWorkingDir: dist,
  entryPoints: entries,
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  // oclif offers to run TypeScript sources; nobody needs a compiler to run this. chokidar and friends are not used.
  external: ['typescript', 'ts-node', 'tsx'],
  // CommonJS inside an ES module wants require, __filename and __dirname.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module'",
      "import { fileURLToPath as __toPath } from 'node:url'",
      'const require = __createRequire(import.meta.url)',
      'const __filename = __toPath(import.meta.url)',
      "const __dirname = __toPath(new URL('.', import.meta.url))",
    ].join(';'),
  },
  logLevel: 'warning',
  legalComments: 'none',
})

// The manifest tells oclif the commands without importing them.
const plugin = new Plugin({ root: top, type: 'core', ignoreManifest: true, errorOnManifestCreate: true })
await plugin.load()
writeFileSync(manifest, `${JSON.stringify(plugin.manifest)}\n`)

function filesBelow(folder) {
  const root = join(dist, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => relative(dist, join(entry.parentPath ?? entry.path, entry.name)))
}
