import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { transform } from 'esbuild'

/**
 * The bundler splits ES modules only, and Node.js takes longer to start its loader of ES modules than a light command
 * takes. So every file of the bundle becomes a CommonJS module, and `import()` in it becomes `require()`.
 */
export async function writeAsCommonJs({ path, text }) {
  const { code: lines } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: text.includes('import.meta.url') ? "const __url = require('node:url').pathToFileURL(__filename).href;" : '',
  })
  const { code } = await transform(requireBuiltinsWhenUsed(lines), { minifyWhitespace: true, minifySyntax: true })
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
}

/**
 * A module names what it needs of Node.js at its top, for all of its functions; a light command calls few of them. Each
 * such name becomes a function that loads the part at its first use.
 */
function requireBuiltinsWhenUsed(lines) {
  const required = /^var (import_\w+) = ((?:__toESM\()?require\("node:[^"]+"\)(?:, 1)?\)?);$/gm
  const names = [...lines.matchAll(required)].map(([, name]) => name)
  const lazy = lines.replace(required, 'var $1__loaded; function $1__() { return $1__loaded ??= $2 }')
  return names.reduce((code, name) => code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `(${name}__())`), lazy)
}
