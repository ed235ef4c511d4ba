// Bundles the program over what tsc wrote of it: a few files with everything in them, so that a command does not have to
// find and read hundreds. Heavy libraries land in chunks of their own, read by the command that needs them.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
// The certificate library refuses to be looked at without it.
import 'reflect-metadata'
import { Plugin } from '@oclif/core'
import { build } from 'esbuild'

const top = fileURLToPath(new URL('..', import.meta.url))
const src = join(top, 'src')
const dist = join(top, 'dist')
const manifest = join(top, 'oclif.manifest.json')

/** Packages that oclif requires for what few starts do: they lie in files of their own, and are read when they are required. */
const rarelyUsed = ['cli-spinners', 'debug', 'ejs', 'lilconfig', 'minimatch', 'tinyglobby', 'wrap-ansi'].map(
  (name) => ({
    in: fromOclif(name),
    out: name,
  }),
)

// The quick start of the broker is read by bin/run.js itself.
const entries = [
  'cli/main.ts',
  'cli/broker-quick.ts',
  'cli/help.ts',
  ...filesBelow('cli/commands'),
  ...filesBelow('cli/hooks'),
]
removeStale()
rmSync(join(dist, 'chunks'), { recursive: true, force: true })
rmSync(manifest, { force: true })

await build({
  absWorkingDir: src,
  entryPoints: entries,
  outdir: dist,
  outbase: src,
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
  plugins: [rarePackages(), lazyPackages(), quickOclif()],
  logLevel: 'warning',
  logLimit: 5,
  legalComments: 'none',
  // Less to read at every start; names stay, so that a stack says where.
  minifyWhitespace: true,
  minifySyntax: true,
})

await build({
  entryPoints: rarelyUsed,
  outdir: join(dist, 'chunks'),
  outExtension: { '.js': '.cjs' },
  entryNames: '[name]',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  minifyWhitespace: true,
  minifySyntax: true,
})

// The manifest tells oclif the commands without importing them.
const plugin = new Plugin({ root: top, type: 'core', ignoreManifest: true, errorOnManifestCreate: true })
await plugin.load()
writeFileSync(manifest, `${JSON.stringify(plugin.manifest)}\n`)

/**
 * `await import('yaml')` of a CommonJS package gives names in Node.js, which looks into the file for them, and only a
 * default from a bundle. Here each lazily loaded package becomes a module with the names that Node.js sees.
 */
function lazyPackages() {
  return {
    name: 'lazy-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:')) return undefined
        return { path, namespace: 'lazy', pluginData: { resolveDir } }
      })
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path, pluginData }) => {
        if (path === 'reflect-metadata') return { contents: `import '${path}'`, resolveDir: pluginData.resolveDir }
        const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name))
        const lines = names.map((name) => `const _${name} = all.${name}; export { _${name} as ${name} }`)
        const contents = [`import * as all from '${path}'`, ...lines].join('\n')
        return { contents, resolveDir: pluginData.resolveDir }
      })
    },
  }
}

function rarePackages() {
  return {
    name: 'rare-packages',
    setup(build) {
      const names = rarelyUsed.map(({ out }) => out)
      build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path, kind, importer }) =>
        kind === 'require-call' && /@oclif\/core\/lib\//.test(importer)
          ? { path: `./${path}.cjs`, external: true }
          : undefined,
      )
    },
  }
}

/** Where oclif itself finds a package. */
function fromOclif(name) {
  return createRequire(createRequire(import.meta.url).resolve('@oclif/core')).resolve(name)
}

/**
 * What costs time in oclif at every start: it sorts command names by locale (they are ASCII), loads a package to see that
 * this is no Windows Subsystem for Linux (whose kernel names Microsoft), renders text without a tag by a template engine,
 * and loads a logger that nobody asked for.
 */
function quickOclif() {
  const changes = [
    // Our own package.json says which Node.js is needed, and npm checks it.
    [/@oclif\/core\/lib\/index\.js$/, '\ncheckNodeVersion();', ''],
    [/@oclif\/core\/lib\/config\/plugin\.js$/, 'a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : a.id > b.id ? 1 : 0)'],
    [
      /@oclif\/core\/lib\/util\/os\.js$/,
      "(await import('wsl-utils')).isWsl ?",
      "/microsoft/i.test((0, node_os_1.release)()) && (await import('wsl-utils')).isWsl ?",
    ],
    [
      /@oclif\/core\/lib\/help\/util\.js$/,
      'return ejs_1.default.render(t, context);',
      "return String(t).includes('<%') || String(t).includes('%>') ? ejs_1.default.render(t, context) : String(t);",
    ],
    [
      /@oclif\/core\/lib\/logger\.js$/,
      '(0, debug_1.default)(namespace);',
      'process.env.DEBUG ? (0, debug_1.default)(namespace) : () => {};',
    ],
  ]
  return {
    name: 'quick-oclif',
    setup(build) {
      build.onLoad({ filter: /@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
        let contents = readFileSync(path, 'utf8')
        for (const [, from, to] of changes.filter(([file]) => file.test(path))) {
          if (!contents.includes(from)) throw new Error(`oclif has changed: bundle.mjs finds no ${from} in ${path}`)
          contents = contents.replaceAll(from, to)
        }
        return { contents: requireWhenUsed(contents), loader: 'js' }
      })
    },
  }
}

/**
 * oclif's modules name what they need at their top (`const fs_1 = require("fs")`) and reach into it by that name; here each
 * such name becomes a function that loads it at its first use. A command of ours uses a third of what oclif is.
 */
function requireWhenUsed(contents) {
  const required = /^(?:const|var) (\w+_\d+) = ((?:__importDefault\(|__importStar\()?require\("[^"]+"\)\)?);$/gm
  const names = [...contents.matchAll(required)].map(([, name]) => name)
  const lazy = contents.replace(required, 'var $1_loaded; function $1__() { return $1_loaded ??= $2 }')
  return names.reduce((text, name) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `(${name}__())`), lazy)
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
  const root = join(src, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath ?? entry.path, entry.name)))
}
