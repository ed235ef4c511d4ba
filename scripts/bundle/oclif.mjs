import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * What costs time in oclif at every start: it sorts command names by locale (they are ASCII), loads a package to see that
 * this is no Windows Subsystem for Linux (whose kernel names Microsoft), renders text without a tag by a template engine,
 * loads a logger that nobody asked for, and loads promises to read two files.
 */
export function quickOclif() {
  const { version } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('@oclif/core/package.json')), 'utf8'))
  const changes = [
    // Two small files: the library that reads them with promises takes longer to load than they do.
    [
      /@oclif\/core\/lib\/util\/fs\.js$/,
      "await (0, promises_1.readFile)(path, 'utf8')",
      "(0, node_fs_1.readFileSync)(path, 'utf8')",
    ],
    // Help needs all of the manifest; to start a command, src/cli/start.ts gives it what stands in a few lines.
    [
      /@oclif\/core\/lib\/config\/plugin\.js$/,
      'const manifest = await (0, fs_1.readJson)(p);',
      'const manifest = this.options.pjson?.oclif?.manifest ?? (await (0, fs_1.readJson)(p));',
    ],
    // Of its whole package.json it wants the version.
    [/@oclif\/core\/lib\/cache\.js$/, "require('@oclif/core/package.json').version", JSON.stringify(version)],
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
