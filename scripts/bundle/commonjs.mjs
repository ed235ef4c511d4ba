import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { transform } from 'esbuild'

/**
 * The bundler splits ES modules only, and Node.js takes longer to start its loader of ES modules than a light command
 * takes. So every file of the bundle becomes a CommonJS module, and `import()` in it becomes `require()`.
 */
export async function writeAsCommonJs({ path, text }) {
  const { code: lines } = await transform(withExports(text), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: text.includes('import.meta.url') ? "const __url = require('node:url').pathToFileURL(__filename).href;" : '',
  })
  const whole = requireWhenUsed(requireAsIs(lines))
  // Less to read at every start; names stay, so that a stack says where.
  const { code } = await transform(whole, { minifyWhitespace: true, minifySyntax: true })
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
}

/**
 * The bundler writes all exports of a file at its end, once. They become values, where the module has them when it is
 * loaded: reading a property is faster than calling a getter, and functions are called across files for every packet.
 * What is assigned later, or comes from another file, stays a getter.
 */
function withExports(text) {
  const [whole, list = ''] = /^export \{\n([^}]*)\};?\n/m.exec(text) ?? []
  const body = whole === undefined ? text : text.replace(whole, '')
  if (/^export /m.test(body)) throw new Error('a file of the bundle has exports in other places than its end')
  const names = list.split(',').map((one) => one.trim().split(' as '))
  const members = names
    .filter(([local]) => local !== '')
    .map(([local, name = local]) =>
      isConstant(body, local) ? `${name}: ${local}` : `get ${name}() { return ${local} }`,
    )
  return members.length === 0 ? body : `${body}\nmodule.exports = { ${members.join(', ')} };`
}

function isConstant(code, local) {
  const escaped = local.replaceAll('$', '\\$')
  const declared = new RegExp(
    `^(?:(?:async )?function\\*? ${escaped}\\(|class ${escaped} |(?:var|let|const) ${escaped} = )`,
    'm',
  )
  const assignments = code.match(new RegExp(`(?<![\\w$.])${escaped} (?:[-+*/%&|^?<>]+)?=(?![=>])`, 'g')) ?? []
  const own = new RegExp(`^(?:var|let|const) ${escaped} = `, 'm').test(code) ? 1 : 0
  return declared.test(code) && assignments.length === own
}

/** Files of the bundle need no interpretation: what they export is what is imported. */
function requireAsIs(lines) {
  return lines.replaceAll(/__toESM\((require\("\.[^"]+\.cjs"\))(?:, 1)?\)/g, '$1')
}

/**
 * A module names what it needs at its top, for all of its functions; a light command calls few of them. Each such name
 * becomes a function that loads the other file, or the part of Node.js, at its first use. What is imported for its effects
 * alone has no name, and stays where it is.
 */
function requireWhenUsed(lines) {
  const required = /^var (import_\w+) = ((?:__toESM\()?require\("(?:node:|\.)[^"]+"\)(?:, 1)?\)?);$/gm
  const names = [...lines.matchAll(required)].map(([, name]) => name)
  const lazy = lines.replace(required, 'var $1__loaded; function $1__() { return $1__loaded ??= $2 }')
  return names.reduce((code, name) => code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `(${name}__())`), lazy)
}
